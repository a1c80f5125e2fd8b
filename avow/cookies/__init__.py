"""The policy's section on cookies: count visits so that no count tells one visitor from another."""
