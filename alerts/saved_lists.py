"""Lists of warnings that a user has kept under a name."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from alerts.case_list import AskedCases
from alerts.models import SavedCaseList

MOST = 30
LONGEST_NAME = 80


class ListRefused(Exception):
    """The list cannot be kept like this; the text says why."""


def of(user: User) -> QuerySet[SavedCaseList]:
    """The user's own, by name."""
    return SavedCaseList.objects.filter(user=user).order_by("name")


@transaction.atomic
def save(*, user: User, name: str, asked: AskedCases) -> SavedCaseList:
    """Keep what the list asks for; a list of that name is replaced. Raises ListRefused."""
    name = name[:LONGEST_NAME].strip()
    if not name:
        raise ListRefused(_("Give the list a name."))
    # Two tabs at once: the second waits for the first.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not of(user).filter(name=name).exists() and of(user).count() >= MOST:
        raise ListRefused(_("You have %(count)s lists; delete one first.") % {"count": MOST})
    kept, _made = SavedCaseList.objects.update_or_create(user=user, name=name, defaults={"query": asked.query()})
    return kept
