"""Draw a change for those who decide on it: as inline SVG, made here, with nothing fetched."""
