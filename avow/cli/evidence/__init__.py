"""Hand out what an outsider needs to check us."""
