"""Take a mailing from its draft to its end: who wrote what, when it is due, what holds it back, what became of it."""
