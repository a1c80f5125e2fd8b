"""Do what programs ask: each act is bound to the purpose of its token."""
