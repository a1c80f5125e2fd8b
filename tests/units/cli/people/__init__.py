"""Mirror avow.cli.people."""
