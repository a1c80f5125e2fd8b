"""Put the desk together: people, what may be done, what was done, and the state of the house."""
