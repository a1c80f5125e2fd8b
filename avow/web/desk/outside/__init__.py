"""Let privacy officers give data outside: to organizations that people agreed to, and to the law."""
