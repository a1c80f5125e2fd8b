"""Publish the example policy in a fresh store."""

from tests.units.gate.conftest import published

__all__ = ["published"]
