"""Keep what those who work for us agreed to, and by what they read."""
