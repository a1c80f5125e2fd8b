"""Mirror avow.mail."""
