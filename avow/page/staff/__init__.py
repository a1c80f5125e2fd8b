"""Know the company's own people: their accounts, their sign-in, their roles."""
