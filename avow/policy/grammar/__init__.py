"""Read the parts of a policy file: front matter, sections, blocks, declarations, rules, laws."""
