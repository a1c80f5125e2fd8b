"""Know people: their addresses, who is who, who is forgotten."""
