"""Open one commitment of an entry, so that somebody else can check it."""
