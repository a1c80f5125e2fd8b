"""Know what a crash left."""
