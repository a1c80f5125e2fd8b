"""Serve the site: urls, the WSGI application, health."""
