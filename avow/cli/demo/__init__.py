"""Show the whole on invented people, and prove that everybody is treated as promised."""
