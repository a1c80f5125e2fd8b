"""Hold what people ask for by right until it is answered."""
