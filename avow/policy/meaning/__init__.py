"""Read what blocks mean: clauses, declarations, what they refer to, the laws that always hold."""
