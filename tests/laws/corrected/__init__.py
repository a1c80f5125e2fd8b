"""Play histories of corrections against a model of what may be seen."""
