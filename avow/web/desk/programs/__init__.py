"""Keep by what programs come in."""
