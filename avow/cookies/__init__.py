"""Use of Cookies: set declared cookies only, count visitors without knowing them."""
