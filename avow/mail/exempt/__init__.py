"""Hold the messages that a refusal does not stop to what they are for."""
