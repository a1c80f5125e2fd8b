"""Find people, and note who read whom."""
