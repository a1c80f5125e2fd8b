"""Remember who was asked what about a version, what they answered, and what the staff planned."""
