"""Forget people and what has had its time, in what was kept and in what was sent."""
