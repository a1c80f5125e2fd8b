"""Third-Party Websites: mark what leaves, carry nothing along."""
