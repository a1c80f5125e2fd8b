"""Hold what people said: their choices, how they fold, what they change."""
