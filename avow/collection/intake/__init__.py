"""Take in what other systems and programs hand in: one shape for all, the policy's fields and no other."""
