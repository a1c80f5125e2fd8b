"""Mirror avow.record."""
