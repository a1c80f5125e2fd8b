"""Bring an older store to what was exercised since."""
