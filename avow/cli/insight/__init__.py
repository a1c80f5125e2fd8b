"""Tell of kinds of customers: `avow insight release | list | show`."""
