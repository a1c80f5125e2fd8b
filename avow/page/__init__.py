"""Hold the frame of every page: templates, headers, signed tokens, sessions."""
