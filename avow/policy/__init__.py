"""Read the policy: prose beside the rules that keep it."""
