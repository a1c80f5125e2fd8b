"""Keep by what programs come in: the tokens of ours, what they were answered, the connectors of other systems."""
