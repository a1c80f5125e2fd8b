"""Look after what goes out: keys that sign it, messages that a refusal does not stop."""
