"""Opt-Out Option: take a no at any time, from anybody, without proof."""
