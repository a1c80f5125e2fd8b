"""Race what people do against what is handed over to them, many times at once."""
