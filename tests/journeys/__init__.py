"""Walk through Avow as people do."""
