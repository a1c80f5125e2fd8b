"""Let people see who saw what they gave."""
