"""Read what the writer of a message gives beside its text."""
