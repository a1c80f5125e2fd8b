"""Know products, who owns or downloaded one, and which lists reach nobody but them."""
