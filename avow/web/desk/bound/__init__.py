"""Have a desk for those who work for us, and a page on which their agreements are kept."""
