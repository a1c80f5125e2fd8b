"""Check the house of a running Avow."""
