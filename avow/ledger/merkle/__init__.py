"""Build the tree that nobody can rewrite, and sign its root."""
