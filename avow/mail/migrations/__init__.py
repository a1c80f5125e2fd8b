"""Bring the tables of mail to what the program needs."""
