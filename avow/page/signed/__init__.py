"""Know who signed in, and their address, for the pages of every chapter."""
