"""Bring people in, hand their data out, merge them, part them, forget them: the command `avow people`."""
