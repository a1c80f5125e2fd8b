"""Speak SMTP as a client: pipelined, on a few connections, each hand-over under a lease."""
