"""Hold what people begin with us and staff answer: how it stands, what was said in turn, what came with it."""
