"""Keep the rows of what goes out: claimed, decided, marked before and after the wire."""
