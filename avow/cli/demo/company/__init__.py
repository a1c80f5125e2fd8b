"""Fill a store with three years of an invented company."""
