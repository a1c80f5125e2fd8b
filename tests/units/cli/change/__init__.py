"""Units of the commands of a change."""
