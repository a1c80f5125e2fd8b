"""Read letters and take them in."""
