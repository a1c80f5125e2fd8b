"""Put the desk of mailings together: write, check, try, let go, watch, and see what became of each."""
