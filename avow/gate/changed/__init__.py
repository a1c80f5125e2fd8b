"""What a version of the policy to come would do to the people on file, counted set-based."""
