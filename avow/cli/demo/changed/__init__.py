"""Play changes of the policy on invented people, and prove what became of everybody's data."""
