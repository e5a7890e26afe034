"""The people that tests are about, and where they work.

    ROOT            Dora (director), Fay (finance), Ada (administrator)
      CN            Rory (read only)
        CN-EAST     Bob (manager)
          CN-EAST-1 Alice (representative)
          CN-EAST-2 nobody
      JP
        JP-KANTO
          JP-KANTO-1 Charlie (representative)

`sign_in(client, alice)` signs a client in; `client_of(alice)` makes a signed-in one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.choices import Role
from accounts.models import Territory, User
from tests.factories import AssignmentFactory, TerritoryFactory, UserFactory

TREE = {
    "ROOT": None,
    "CN": "ROOT",
    "CN-EAST": "CN",
    "CN-EAST-1": "CN-EAST",
    "CN-EAST-2": "CN-EAST",
    "JP": "ROOT",
    "JP-KANTO": "JP",
    "JP-KANTO-1": "JP-KANTO",
}

# Name -> role and territory. Also the columns of the permission matrix.
PEOPLE = {
    "alice": (Role.REPRESENTATIVE, "CN-EAST-1"),
    "bob": (Role.MANAGER, "CN-EAST"),
    "charlie": (Role.REPRESENTATIVE, "JP-KANTO-1"),
    "dora": (Role.DIRECTOR, "ROOT"),
    "fay": (Role.FINANCE, "ROOT"),
    "ada": (Role.ADMINISTRATOR, "ROOT"),
    "rory": (Role.READ_ONLY, "CN"),
}


def plant_territories() -> dict[str, Territory]:
    """Make the tree; the territories by code."""
    planted: dict[str, Territory] = {}
    for code, parent in TREE.items():
        planted[code] = TerritoryFactory(code=code, name=code, parent=planted[parent] if parent else None)
    return planted


def hire(name: str, territories: dict[str, Territory], **fields: Any) -> User:
    """Make one of PEOPLE with her assignment."""
    role, code = PEOPLE[name]
    staff = role is Role.ADMINISTRATOR
    user = UserFactory(email=f"{name}@example.com", name=name.title(), is_staff=staff, language="en", **fields)
    AssignmentFactory(user=user, territory=territories[code], role=role)
    return user


def sign_in(client: Client, user: User) -> Client:
    client.force_login(user, backend="accounts.backends.RoleBackend")
    return client


@pytest.fixture
def territories(db: None) -> dict[str, Territory]:
    """The tree, by code."""
    return plant_territories()


@pytest.fixture
def alice(territories: dict[str, Territory]) -> User:
    """Representative of CN-EAST-1."""
    return hire("alice", territories)


@pytest.fixture
def bob(territories: dict[str, Territory]) -> User:
    """Manager of CN-EAST, so of Alice."""
    return hire("bob", territories)


@pytest.fixture
def charlie(territories: dict[str, Territory]) -> User:
    """Representative of JP-KANTO-1: a stranger to Alice and Bob."""
    return hire("charlie", territories)


@pytest.fixture
def dora(territories: dict[str, Territory]) -> User:
    """Director of everything."""
    return hire("dora", territories)


@pytest.fixture
def fay(territories: dict[str, Territory]) -> User:
    """Finance, everywhere."""
    return hire("fay", territories)


@pytest.fixture
def ada(territories: dict[str, Territory]) -> User:
    """Administrator, everywhere; may open the back office."""
    return hire("ada", territories)


@pytest.fixture
def rory(territories: dict[str, Territory]) -> User:
    """May read what is in CN."""
    return hire("rory", territories)


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """Makes a client signed in as somebody."""
    return lambda user: sign_in(Client(), user)
