"""Lay down what was sent for counts in which nobody is named."""
