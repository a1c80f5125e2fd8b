"""Test that a server which ended is started again, and that nothing takes the place of a store that is gone."""

from pathlib import Path

import pytest

from avow.errors import StoreAway
from avow.store.server.attach import revive
from avow.store.server.embedded import Embedded


def test_a_store_that_is_gone_is_not_replaced_by_a_new_one(tmp_path: Path) -> None:
    """Its folder is missed by name, and none is made."""
    server = Embedded(tmp_path)
    with pytest.raises(StoreAway, match="is gone"):
        revive(server)
    assert not server.data.exists()
