"""Give a person the proof of what is theirs."""
