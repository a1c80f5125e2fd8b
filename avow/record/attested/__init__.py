"""Let two members of staff attest what one alone may not decide."""
