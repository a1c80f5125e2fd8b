"""Take out of a file what tells of its maker, in a process of its own that may use little."""
