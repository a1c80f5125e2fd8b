"""Compose from a clearance, hand over, record the outcome."""
