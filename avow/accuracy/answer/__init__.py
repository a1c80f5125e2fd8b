"""Take what people ask for by right, decide it, and tell them."""
