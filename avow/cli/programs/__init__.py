"""Let programs in: `avow token`, `avow intake`."""
