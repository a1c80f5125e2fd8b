"""What is stored, by what was said of it: which of it a use that is new would touch."""
