"""Let moderators read what was reported, and decide about it."""
