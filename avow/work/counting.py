"""Tell the months of kinds that are due, as a process of its own beside the work."""

import sys

from avow.errors import AvowError
from avow.store.connect import connect
from avow.uses.insight.release import due, release


def main() -> None:
    """Tell each month that is due, the earliest first."""
    try:
        connect()
        for month in due():
            release(month)
    except AvowError as error:
        sys.exit(f"avow: {error}")


if __name__ == "__main__":
    main()
