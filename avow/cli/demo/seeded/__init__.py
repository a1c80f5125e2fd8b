"""Fill a store with invented people, many of them."""
