"""Check an export of evidence and re-decide its acts, without a line of the program that made it."""
