"""Mirror avow.mail.form."""
