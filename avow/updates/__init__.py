"""Policy Updates: publish versions, their history and their differences."""
