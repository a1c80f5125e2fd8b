"""Let staff see people, each for the purposes of a role, each read with its entry."""
