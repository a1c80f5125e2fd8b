"""Hold what people were shown: the versions, the words, the stamp that names them."""
