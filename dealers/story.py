"""The sources of the timeline that the dealer file itself has."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from accounts import history
from accounts.history import tell
from accounts.models import User
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.sql import load
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
    may_edit = scope_of(reader).may(Right.EDIT_DEALER, dealer.territory_id)
    return [
        Entry(
            at=row.happened_at,
            icon=_CHANNEL_ICONS[Channel(row.channel)],
            text=row.summary,
            detail=_interaction_detail(row),
            by=str(row.by or ""),
            edit_url=reverse("dealers:interaction_edit", args=[dealer.pk, row.pk]) if may_edit else "",
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


def erasures(dealer: Dealer, reader: User, before: dt.datetime | None, limit: int) -> list[Entry]:
    rows = PersonalDataErasure.objects.filter(dealer=dealer).select_related("erased_by")
    return [
        Entry(
            at=row.erased_at,
            icon="eye-off",
            text=_("Personal data was erased, also from the history: %(cause)s.") % {"cause": row.get_cause_display()},
            detail=" · ".join(part for part in (labels_of(row.fields), row.reason) if part),
            by=str(row.erased_by or ""),
        )
        for row in _newest(rows, "erased_at", before, limit)
    ]


def personal_data(dealer: Dealer, reader: User, before: dt.datetime | None, limit: int) -> list[Entry]:
    """Erasures, and for those who may read the audit trail who was shown which personal fields."""
    entries = erasures(dealer, reader, before, limit)
    if scope_of(reader).may(Right.VIEW_AUDIT, dealer.territory_id):
        views = PersonalDataView.objects.filter(dealer=dealer).select_related("viewer")
        entries += [
            Entry(
                at=row.viewed_at,
                icon="eye",
                text=_("%(name)s looked at personal data.") % {"name": row.viewer},
                detail=labels_of(row.fields),
            )
            for row in _newest(views, "viewed_at", before, limit)
        ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:limit]


def changes(dealer: Dealer, reader: User, before: dt.datetime | None, limit: int) -> list[Entry]:
    """What was changed in the file, as sentences; several rows created within a minute are one entry."""
    wanted = limit
    while True:
        found = _file_events(dealer, reader, before, wanted)
        entries = _told(found, reader)
        # Of some events nothing can be told; what is missing then is looked for further back.
        if len(entries) >= limit or len(found) < wanted:
            return entries[:limit]
        wanted *= 4


def changes_and_erasures(dealer: Dealer, reader: User, before: dt.datetime | None, limit: int) -> list[Entry]:
    entries = changes(dealer, reader, before, limit) + erasures(dealer, reader, before, limit)
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:limit]


# Name of the model, id of the event, how many rows it stands for.
_FileEvent = tuple[str, int, int]


def _file_events(dealer: Dealer, reader: User, before: dt.datetime | None, limit: int) -> list[_FileEvent]:
    with_credit = scope_of(reader).may(Right.VIEW_CREDIT, dealer.territory_id)
    with connection.cursor() as cursor:
        load("dealers", "file_events").run(
            cursor, params={"dealer_id": dealer.pk, "before": before, "with_credit": with_credit, "limit": limit}
        )
        return [(model, event_id, count) for model, event_id, _created_at, count in cursor.fetchall()]


def _told(found: list[_FileEvent], reader: User) -> list[Entry]:
    """Newest first."""
    by_model: dict[str, list[int]] = defaultdict(list)
    for model, event_id, _count in found:
        by_model[model].append(event_id)
    counts = {(f"dealers.{model}", event_id): count for model, event_id, count in found}
    rows: list[tuple[type[Model], Any]] = []
    for model, ids in by_model.items():
        event = apps.get_model("dealers", f"{model}event")
        rows += [(event, row) for row in event._default_manager.filter(pk__in=ids)]
    entries = [
        Entry(
            at=told.at,
            icon="pencil",
            text=_sentence(told, counts[told.key, told.event_id]),
            detail=pgettext("between the clauses of a sentence", "; ").join(_change(change) for change in told.changes),
        )
        for told in tell(rows, reader)
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _sentence(told: history.Entry, count: int) -> str:
    if count > 1:
        return ngettext(
            "%(who)s added %(count)s row to the file: %(kind)s.",
            "%(who)s added %(count)s rows to the file: %(kind)s.",
            count,
        ) % {"who": told.who, "count": count, "kind": told.kind}
    return _("%(sentence)s.") % {"sentence": told.text}


def _change(change: history.Change) -> str:
    if change.hidden:
        return change.label
    return _("%(field)s: %(old)s → %(new)s") % {
        "field": change.label,
        "old": change.old or "–",
        "new": change.new or "–",
    }


def register_sources() -> None:
    register(Source("contact", gettext_lazy("Calls and messages"), 10, interactions))
    register(Source("status", gettext_lazy("Status"), 20, status_changes))
    register(Source("document", gettext_lazy("Documents"), 40, documents))
    register(Source("change", gettext_lazy("Changes"), 50, changes_and_erasures))
    register(Source("personal", gettext_lazy("Personal data"), 60, personal_data, mixed=False))
