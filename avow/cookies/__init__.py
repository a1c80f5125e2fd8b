"""Use of Cookies: count visits so that no count tells one visitor from another."""
