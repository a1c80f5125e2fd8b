"""Test the site's own pages."""
