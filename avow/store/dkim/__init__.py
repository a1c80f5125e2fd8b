"""Keep the keys that mail is signed with (DKIM)."""
