"""Operate a store: make it, look after it, say how it is set."""
