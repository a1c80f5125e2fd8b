"""Send a mailing while people say stop, servers stall and a worker is killed, and account for everybody."""
