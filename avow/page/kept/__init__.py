"""Show what a person can keep."""
