"""Read the policy as it was published, and decide by it anew."""
