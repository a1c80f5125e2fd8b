"""Mirror avow.record.attested."""
