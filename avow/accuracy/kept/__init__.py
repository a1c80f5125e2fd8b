"""Give who signed in proof of what is theirs."""
