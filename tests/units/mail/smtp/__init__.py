"""Mirror avow.mail.smtp."""
