"""Hold what people begin with us and staff answer: how it stands, what was said, what came with it, how long."""
