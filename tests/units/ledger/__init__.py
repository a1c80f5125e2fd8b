"""Mirror avow.ledger."""
