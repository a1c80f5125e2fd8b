"""Try whether a backup would serve: `avow backup drill`."""

def drill() -> None:
    """Placeholder."""
