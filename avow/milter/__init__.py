"""Ask the gate about mail that any tool sends through the company's MTA."""
