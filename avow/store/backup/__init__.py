"""Take a copy of a whole store into one file, and make a store of it again."""
