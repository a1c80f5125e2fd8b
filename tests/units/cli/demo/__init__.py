"""Mirror avow.cli.demo."""
