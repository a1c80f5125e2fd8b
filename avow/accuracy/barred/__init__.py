"""Bar the uses of people by holds, restrictions and death, and erase whom nothing keeps any more."""
