"""Show the staff what a change of the policy does, and let them approve it."""
