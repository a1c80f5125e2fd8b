"""How We Collect Data: take what people give, by the policy's own channels."""
