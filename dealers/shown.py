"""What was shown and what was taken out, told in the history of changes: views of personal data, exports of the list."""

from __future__ import annotations

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.history import Source, register_source
from dealers.models import DealerExport, PersonalDataView
from dealers.personal import labels_of


def _sentence(row: PersonalDataView, who: str) -> str:
    return _("%(who)s was shown personal data of “%(dealer)s”: %(fields)s") % {
        "who": who,
        "dealer": row.dealer,
        "fields": labels_of(row.fields),
    }


def _export_sentence(row: DealerExport, who: str) -> str:
    sentence = ngettext(
        "%(who)s exported %(count)s dealer (%(format)s), filter: %(filters)s",
        "%(who)s exported %(count)s dealers (%(format)s), filter: %(filters)s",
        row.rows,
    )
    return sentence % {
        "who": who,
        "count": formats.number_format(row.rows, force_grouping=True),
        "format": row.get_format_display(),
        "filters": row.filters or _("none"),
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
    register_source(Source(model="dealers.DealerExport", at="exported_at", by="user", sentence=_export_sentence))
