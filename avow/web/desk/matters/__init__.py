"""Show each desk what people began with it: for its purpose, to its role, and to no other."""
