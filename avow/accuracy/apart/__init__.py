"""Tell apart who stands at one address."""
