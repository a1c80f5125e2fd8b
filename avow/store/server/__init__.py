"""Run the PostgreSQL that comes with the wheel."""
