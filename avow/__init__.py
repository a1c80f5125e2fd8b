"""Avow keeps a company's privacy policy by construction."""

__version__ = "0.1.0"
