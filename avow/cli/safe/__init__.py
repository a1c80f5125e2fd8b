"""Keep a store safe: backups, restores, and what was forgotten off the disk."""
