"""Store the accounts of staff, who are not persons: no field of theirs is an item."""

from collections.abc import Sequence
from typing import ClassVar
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from avow.terms import Role


class Accounts(BaseUserManager["Staff"]):
    """Find accounts; they are made by `avow.page.staff.accounts.add` alone."""


class Staff(AbstractBaseUser):
    """A member of staff: address, name, roles (their words in order); the hash of a link that waits, and until when."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    email = models.TextField(unique=True)
    name = models.TextField()
    named_roles = models.TextField(db_column="roles")
    is_active = models.BooleanField(default=True)
    added = models.DateTimeField()
    link = models.BinaryField(null=True)
    link_until = models.DateTimeField(null=True)
    last_login = None

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = Accounts()

    class Meta:
        db_table = "staff"

    @property
    def roles(self) -> tuple[Role, ...]:
        """Give the roles, in the order of the vocabulary."""
        return tuple(role for role in Role if role.value in self.named_roles.split())

    def give(self, roles: Sequence[Role]) -> None:
        """Write these roles and no other."""
        self.named_roles = " ".join(role.value for role in Role if role in roles)
