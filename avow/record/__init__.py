"""Take data in: items with their stamp, choices with their number."""
