"""Read letters: what wrote them, what they ask for; pure, and nothing that comes in can break it."""
