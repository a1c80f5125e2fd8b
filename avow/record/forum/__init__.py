"""Know the boards of the forum, what was posted where and is shown, and what was reported."""
