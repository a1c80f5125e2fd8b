"""Prove a policy: which code keeps each promise, which test shows it, what lacks."""
