"""Show what a version changes: word by word, and as a feed."""
