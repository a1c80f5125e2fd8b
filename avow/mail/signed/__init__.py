"""Sign what goes out, so that receivers know it for ours and nobody takes the way out off it (DKIM)."""
