"""Let one transaction scan whole tables: by hashes in memory, not row by row."""

from typing import Final

from django.db.backends.utils import CursorWrapper

_SCAN: Final = """
SELECT set_config('work_mem', '128MB', true), set_config('enable_nestloop', 'off', true),
    set_config('enable_sort', 'off', true), set_config('jit', 'off', true)
"""


def scan(cursor: CursorWrapper) -> None:
    """Tell the planner, for this transaction, that what it takes for few rows are many, and that groups are few."""
    cursor.execute(_SCAN)
