"""Change the code one small step at a time, and demand that some test notices."""
