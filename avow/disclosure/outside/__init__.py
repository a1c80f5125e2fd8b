"""Give data to organizations outside: to those alone whom the person said yes to by name."""
