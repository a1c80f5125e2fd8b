"""Mirror avow.lmtp."""
