"""Remember every act so that outsiders can check it."""
