"""Name the fields that histories correct, and what they can say."""

FIELDS = ("name", "company")
WORDS = {"name": ("Ash", "Birch", "Cedar", "Elm"), "company": ("Fir", "Hazel", "Larch", "Maple")}
"""One word each, so that a search for one finds nothing else."""
