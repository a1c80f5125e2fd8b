"""Do again, from the journal, what people had a right to and an older store does not know."""
