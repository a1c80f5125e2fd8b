"""Decide, as a pure function of policy and facts."""
