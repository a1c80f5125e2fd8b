"""Count kinds of people under a declared use, and tell what is said of enough of them."""
