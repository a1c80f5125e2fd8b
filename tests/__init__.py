"""Prove what Avow promises."""
