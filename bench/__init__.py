"""Measure Avow as ratios in one run."""
