"""Views of personal data, told in the history of changes."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.history import Source, register_source
from dealers.models import PersonalDataView
from dealers.personal import labels_of


def _sentence(row: PersonalDataView, who: str) -> str:
    return _("%(who)s was shown personal data of “%(dealer)s”: %(fields)s") % {
        "who": who,
        "dealer": row.dealer,
        "fields": labels_of(row.fields),
    }


def register_views() -> None:
    register_source(
        Source(
            model="dealers.PersonalDataView",
            at="viewed_at",
            by="viewer",
            sentence=_sentence,
            about="dealer",
            select_related=("dealer",),
        )
    )
