"""Merge what others say of people into items of their own, with source, licence and date."""
