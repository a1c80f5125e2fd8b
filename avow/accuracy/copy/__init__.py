"""Give people a whole copy of what is held about them."""
