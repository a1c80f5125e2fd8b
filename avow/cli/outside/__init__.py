"""Give data outside by command: to organizations that people agreed to, and to the law."""
