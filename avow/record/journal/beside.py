"""Keep what an act said of a person beside the journal, and say so where its disk takes nothing."""

import sys
from collections.abc import Mapping
from uuid import UUID

from avow.errors import StoreError
from avow.record.journal.whose import whose
from avow.store.journal.people import put


def beside(person: UUID, entry: int, content: Mapping[str, object]) -> bool:
    """Keep what an entry did about a person, and say whether it is kept; a right is taken all the same.

    What is not kept is told on stderr: a restore of an older copy would not know of it.
    """
    try:
        put(whose(person), entry, content)
    except StoreError as error:
        sys.stderr.write(f"avow: a restore of an older copy would lose entry {entry}: {' '.join(str(error).split())}\n")
        return False
    return True
