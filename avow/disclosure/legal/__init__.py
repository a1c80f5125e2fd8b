"""Give the law what it orders, and no more: an instrument with a scope, two readers, a call back, people told."""
