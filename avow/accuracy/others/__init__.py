"""Show people what others said of them, and take it away."""
