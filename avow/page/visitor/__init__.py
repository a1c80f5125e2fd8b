"""Heed what a visitor's browser says and what the visitor chose, before another company sets a cookie for us."""
