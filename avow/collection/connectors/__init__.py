"""Read what other systems sign and tell: one module for each dialect."""
