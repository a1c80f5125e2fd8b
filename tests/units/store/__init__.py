"""Test the store: folders, keys, locks, the spool, the embedded server and the connection."""
