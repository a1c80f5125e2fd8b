"""How We Use The Data We Collect: the purposes, each through the gate."""
