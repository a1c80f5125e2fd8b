"""Show what is not words: a page within a page, figures as bars."""
