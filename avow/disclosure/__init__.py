"""Non-use of Personal Information Without Your Consent: hand out by consent, agreement or order only."""
