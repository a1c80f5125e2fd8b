"""Let people answer what they are asked about a version, for as long as they like."""
