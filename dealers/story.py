"""The sources of the timeline that the dealer file itself has."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.rights import Right
from accounts.scope import scope_of
from dealers.choices import Channel
from dealers.models import Dealer, DealerDocument, Interaction, PersonalDataErasure, PersonalDataView, StatusChange
from dealers.personal import labels_of
from dealers.timeline import Entry, Source, register

_CHANNEL_ICONS = {
    Channel.VISIT: "map-pin",
    Channel.PHONE: "phone",
    Channel.MESSAGE: "message",
    Channel.EMAIL: "mail",
    Channel.MEETING: "users",
}


def _newest(rows: Any, field: str, before: dt.datetime | None, limit: int) -> Any:
    if before is not None:
        rows = rows.filter(**{f"{field}__lt": before})
    return rows.order_by(f"-{field}", "-pk")[:limit]


def interactions(dealer: Dealer, reader: User, before: dt.datetime | None, limit: int) -> list[Entry]:
    rows = Interaction.objects.filter(dealer=dealer).select_related("by", "contact")
    return [
        Entry(
            at=row.happened_at,
            icon=_CHANNEL_ICONS[Channel(row.channel)],
            text=row.summary,
            detail=_interaction_detail(row),
            by=str(row.by or ""),
        )
        for row in _newest(rows, "happened_at", before, limit)
    ]


def _interaction_detail(row: Interaction) -> str:
    if row.contact:
        parts = [_("%(channel)s with %(name)s") % {"channel": row.get_channel_display(), "name": row.contact}]
    else:
        parts = [row.get_channel_display()]
    if not row.two_way:
        parts.append(_("no answer"))
    if row.next_step:
        parts.append(_("next: %(step)s") % {"step": row.next_step})
    return " · ".join(parts)


def status_changes(dealer: Dealer, reader: User, before: dt.datetime | None, limit: int) -> list[Entry]:
    rows = StatusChange.objects.filter(dealer=dealer).select_related("changed_by")
    return [
        Entry(
            at=row.changed_at,
            icon="git-branch",
            text=(
                _("Status changed from %(before)s to %(after)s.")
                % {"before": row.get_from_status_display(), "after": row.get_to_status_display()}
                if row.from_status
                else _("The file was begun as %(status)s.") % {"status": row.get_to_status_display()}
            ),
            detail=row.reason,
            by=str(row.changed_by or ""),
        )
        for row in _newest(rows, "changed_at", before, limit)
    ]


def documents(dealer: Dealer, reader: User, before: dt.datetime | None, limit: int) -> list[Entry]:
    rows = DealerDocument.objects.filter(dealer=dealer).select_related("uploaded_by")
    return [
        Entry(
            at=row.uploaded_at,
            icon="file-text",
            text=(
                _("Version %(version)s of “%(title)s” was filed.") % {"version": row.version, "title": row.title}
                if row.version > 1
                else _("“%(title)s” was filed.") % {"title": row.title}
            ),
            detail=row.get_kind_display(),
            by=str(row.uploaded_by or ""),
            url=reverse("dealers:document_download", args=[dealer.pk, row.pk]),
        )
        for row in _newest(rows, "uploaded_at", before, limit)
    ]


def privacy(dealer: Dealer, reader: User, before: dt.datetime | None, limit: int) -> list[Entry]:
    """Erasures for everybody; who was shown personal fields, for those who may read the audit trail."""
    erasures = PersonalDataErasure.objects.filter(dealer=dealer).select_related("erased_by")
    entries = [
        Entry(
            at=row.erased_at,
            icon="eye-off",
            text=_("Personal data was erased, also from the history: %(cause)s.") % {"cause": row.get_cause_display()},
            detail=" · ".join(part for part in (labels_of(row.fields), row.reason) if part),
            by=str(row.erased_by or ""),
        )
        for row in _newest(erasures, "erased_at", before, limit)
    ]
    if scope_of(reader).may(Right.VIEW_AUDIT, dealer.territory_id):
        views = PersonalDataView.objects.filter(dealer=dealer).select_related("viewer")
        entries += [
            Entry(
                at=row.viewed_at,
                icon="eye",
                text=_("Personal data was looked at."),
                detail=labels_of(row.fields),
                by=str(row.viewer),
            )
            for row in _newest(views, "viewed_at", before, limit)
        ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:limit]


def register_sources() -> None:
    register(Source("contact", gettext_lazy("Calls and messages"), 10, interactions))
    register(Source("status", gettext_lazy("Status"), 20, status_changes))
    register(Source("document", gettext_lazy("Documents"), 40, documents))
    register(Source("privacy", gettext_lazy("Personal data"), 60, privacy))
