"""Lists that a user has kept under a name, and the columns she has chosen."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import starmap
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from crm.base import marks, prepared
from dealers.columns import columns_for
from dealers.models import SavedView

if TYPE_CHECKING:
    from dealers.filters import ListState

MOST_VIEWS = 30
LONGEST_NAME = 80
COLUMNS = "dealer_columns"


class NoName(Exception):
    """A view was to be saved without a name."""


class TooMany(Exception):
    """The user has as many views as fit into a menu; `limit` of them."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


def of(user: User) -> QuerySet[SavedView]:
    """The user's own, by name."""
    return SavedView.objects.filter(user=user).order_by("name")


class MenuEntry(NamedTuple):
    """A view as it stands in the menu of views."""

    pk: int
    name: str
    query: str


# Menus by user, as long as nobody's views change; of the last mark alone.
_menus: dict[int, dict[int, tuple[MenuEntry, ...]]] = {}


def menu_of(user: User) -> tuple[MenuEntry, ...]:
    """The user's own, by name; a query when any view has changed since."""
    mark = marks.mark_of(marks.VIEWS)
    if mark is None:
        return _read_menu(user)
    menus = _menus.get(mark)
    if menus is None:
        _menus.clear()
        menus = _menus[mark] = {}
    if user.pk not in menus:
        menus[user.pk] = _read_menu(user)
    return menus[user.pk]


def _read_menu(user: User) -> tuple[MenuEntry, ...]:
    rows = prepared.read("SELECT id, name, query FROM dealers_savedview WHERE user_id = %s ORDER BY name", [user.pk])
    return tuple(starmap(MenuEntry, rows))


@transaction.atomic
def save(*, user: User, name: str, state: ListState) -> SavedView:
    """Keep the list with the columns it shows now. Replaces the view of that name; raises NoName and TooMany."""
    name = name[:LONGEST_NAME].strip()
    if not name:
        raise NoName
    # Two tabs at once: the second waits for the first.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not of(user).filter(name=name).exists() and of(user).count() >= MOST_VIEWS:
        raise TooMany(MOST_VIEWS)
    columns = state.columns or tuple(user.preferences.get(COLUMNS, ()))
    view, _created = SavedView.objects.update_or_create(
        user=user, name=name, defaults={"query": state.with_columns(columns).query}
    )
    return view


@transaction.atomic
def keep_columns(*, user: User, keys: Sequence[str]) -> None:
    """Keep the columns on the profile; those that do not exist for the user are dropped, none means the usual ones."""
    kept = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    offered = {column.key for column in columns_for(user)}
    kept.preferences[COLUMNS] = [key for key in keys if key in offered]
    kept.save(update_fields=["preferences"])
    user.preferences = kept.preferences
