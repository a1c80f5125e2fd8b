"""Let another page of ours carry a form: its words go with it, and what is sent comes here."""
