"""Keep to whom outside data may be given, what was given, and what was called back."""
