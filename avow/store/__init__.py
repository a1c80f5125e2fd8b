"""Run and reach PostgreSQL: the embedded server, roles, keys, schema."""
