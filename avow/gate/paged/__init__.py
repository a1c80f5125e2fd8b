"""Read an audience page by page, from the groups of items that a use permits."""
