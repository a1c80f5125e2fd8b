"""Check a mailing before anybody gets it: what it must carry, as whom and by which way it goes."""
