"""Keep counts that are about nobody."""
