"""Show a policy: as a page, as text, as data, beside a form."""
