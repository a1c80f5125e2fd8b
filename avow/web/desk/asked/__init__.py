"""Let a privacy officer work what people asked for by right: one queue, one page for each."""
