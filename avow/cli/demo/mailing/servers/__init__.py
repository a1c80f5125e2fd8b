"""Be the mail servers that a mailing is handed over to, and stamp what they take."""
