"""Check what was done: what was collected, what was said, what was sent."""
