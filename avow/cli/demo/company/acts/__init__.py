"""Let the invented company act: it talks, counts, writes, answers, gives."""
