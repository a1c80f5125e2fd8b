"""Let people post in the forum, tell them before what anybody can read, and show to anybody just that."""
