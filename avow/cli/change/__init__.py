"""The commands of a change: what a version changes, and for whom."""
