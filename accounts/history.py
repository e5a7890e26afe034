"""The history of changes, read: event rows become sentences in the reader's language.

Each tracked model has a table of events, one row a change, with the row as it was after the change (before it, when
it was deleted) and the context in which it happened. An update is told by comparing it with the event before.

What a reader may not see stays out: rows in other territories are left out, names of things there are not told, and
values of personal fields (a model's `PERSONAL`) are told to nobody: each showing of them has to be recorded.
"""

from __future__ import annotations

import datetime as dt
import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.urls import NoReverseMatch
from django.utils import formats, timezone
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext, ngettext, pgettext

from accounts.append_only import event_models
from accounts.models import Territory, User
from accounts.rights import Right
from accounts.scope import Scope, scope_of
from crm.base.text import joined

# Where each table was left off.
Cursor = dict[str, int]
Rights = tuple[Right, ...]

# Columns that say nothing to a reader.
SILENT = frozenset({"path", "preferences", "search_text"})
LONGEST_VALUE = 200


@dataclass(frozen=True)
class Change:
    """One field, from what to what; None for nothing, and `hidden` when the reader may not see the values."""

    label: str
    old: str | None
    new: str | None
    hidden: bool = False


@dataclass(frozen=True)
class Entry:
    """One thing that happened. `sentence` is whole and has no full stop; `text` has the reason after it."""

    at: dt.datetime
    who: str
    sentence: str
    kind: str
    key: str
    event_id: int
    reason: str = ""
    changes: tuple[Change, ...] = ()
    url: str = ""
    address: str = ""
    request: str = ""

    @property
    def text(self) -> str:
        if not self.reason:
            return self.sentence
        return gettext("%(sentence)s: %(reason)s") % {"sentence": self.sentence, "reason": self.reason}


@dataclass(frozen=True)
class Question:
    """What a reader wants to see; None and empty ask for everything."""

    user_id: int | None = None
    kind: str = ""
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True)
class Source:
    """Rows of a model that are history themselves, such as views of personal data.

    `at` names the moment's column, `by` the user's foreign key. `sentence(row, who)` tells one row. The model's manager
    answers `visible_to(user, rights=...)`. `about` names the foreign key to the object whose history shows these rows, too.
    """

    model: str
    at: str
    by: str
    sentence: Callable[[Any, str], str]
    about: str = ""
    select_related: tuple[str, ...] = ()

    @property
    def model_class(self) -> type[models.Model]:
        return apps.get_model(self.model)


_sources: dict[str, Source] = {}


def register_source(source: Source) -> None:
    """Show these rows in the history, too; from `AppConfig.ready` of an app above."""
    _sources[source.model.lower()] = source


# --- Which events -----------------------------------------------------------------------------------------------------


def key_of(model: type[models.Model]) -> str:
    """How a kind of object is called in addresses."""
    return model._meta.label_lower


def kinds() -> list[tuple[str, str]]:
    """Key and name of everything that has a history, by name."""
    found = {key_of(event.pgh_tracked_model): _kind_name(event.pgh_tracked_model) for event in event_models()}  # type: ignore[attr-defined]
    found |= {key: _kind_name(source.model_class) for key, source in _sources.items()}
    return sorted(found.items(), key=lambda pair: pair[1])


def _kind_name(model: type[models.Model]) -> str:
    return str(model._meta.verbose_name)


def _visible_events(event: type[models.Model], user: User, scope: Scope, rights: Rights) -> models.QuerySet:
    """Events of rows in the territories of `scope`, of deleted rows, too: the event itself says where the row belonged."""
    tracked = event.pgh_tracked_model  # type: ignore[attr-defined]
    events = event._default_manager.all()
    if scope.everything:
        return events
    if tracked is User:
        return events.filter(pgh_obj_id__in=User.objects.visible_to(user, rights=rights).values("pk"))
    if tracked is Territory:
        return events.filter(pgh_obj_id__in=scope.territory_ids)
    path = getattr(tracked._default_manager.none(), "territory_path", None)
    if path is None and "territory" in {column.name for column in tracked._meta.fields}:
        path = "territory"
    return events.filter(**{f"{path}__in": scope.territory_ids}) if path else events.none()


def _asked(events: models.QuerySet, question: Question, *, at: str, by: str) -> models.QuerySet:
    if question.user_id is not None:
        events = events.filter(**{by: question.user_id})
    if question.since:
        events = events.filter(**{f"{at}__gte": _midnight(question.since)})
    if question.until and question.until < dt.date.max:
        events = events.filter(**{f"{at}__lt": _midnight(question.until + dt.timedelta(days=1))})
    return events


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


# --- Reading ------------------------------------------------------------------------------------------------------------


def sentences(obj: models.Model, user: User, *, limit: int = 50, rights: Rights = (Right.VIEW_AUDIT,)) -> list[Entry]:
    """The latest entries about an object and the rows that belong to it, newest first, where the user holds `rights`.

    Two queries for each kind of row that belongs to it, and one for each kind of thing that is named.
    """
    scope = scope_of(user).where(*rights)
    found: list[_Raw] = []
    for event in event_models():
        events = _about(event, obj)
        if events is not None:
            visible = _visible_events(event, user, scope, rights).filter(events)
            found += _raw(event, visible.order_by("-pgh_id")[:limit])
    entries = _told(found, user, scope)
    for source in _sources.values():
        model = source.model_class
        if source.about and isinstance(obj, model._meta.get_field(source.about).related_model):  # type: ignore[arg-type]
            rows = _source_rows(source, user, rights).filter(**{source.about: obj.pk})[:limit]
            entries += _told_source(source, rows)
    return sorted(entries, key=lambda entry: (entry.at, entry.event_id), reverse=True)[:limit]


def _about(event: type[models.Model], obj: models.Model) -> Q | None:
    """The events of the object itself, or of rows that belong to it; None when this kind never does."""
    tracked = event.pgh_tracked_model  # type: ignore[attr-defined]
    if isinstance(obj, tracked):
        return Q(pgh_obj_id=obj.pk)
    for column in tracked._meta.fields:
        owner = column.remote_field and column.remote_field.model
        belongs = owner and isinstance(obj, owner) and not column.null
        if belongs and column.name in {copied.name for copied in event._meta.fields}:
            return Q(**{f"{column.name}_id": obj.pk})
    return None


def page(
    user: User, question: Question, *, after: Cursor, limit: int, rights: Rights = (Right.VIEW_AUDIT,)
) -> tuple[list[Entry], Cursor]:
    """The next entries, newest first, of what lies where the user holds `rights`; and where to go on, empty at the end.

    Each table is read backwards by its own key, so that a deep page costs what the first does.
    """
    scope = scope_of(user).where(*rights)
    streams: list[list[tuple[dt.datetime, int, str, Any]]] = []
    tables: dict[str, Any] = {}
    for event in event_models():
        key = key_of(event.pgh_tracked_model)  # type: ignore[attr-defined]
        if question.kind and question.kind != key:
            continue
        events = _asked(
            _visible_events(event, user, scope, rights), question, at="pgh_created_at", by="pgh_context__user"
        )
        if key in after:
            events = events.filter(pgh_id__lt=after[key])
        tables[key] = event
        streams.append([(row.pgh_created_at, row.pgh_id, key, row) for row in _events(events, limit + 1)])
    for key, source in _sources.items():
        if question.kind and question.kind != key:
            continue
        rows = _asked(_source_rows(source, user, rights), question, at=source.at, by=source.by)
        if key in after:
            rows = rows.filter(pk__lt=after[key])
        tables[key] = source
        streams.append([(getattr(row, source.at), row.pk, key, row) for row in rows.order_by("-pk")[: limit + 1]])
    merged = list(heapq.merge(*streams, key=lambda item: item[:3], reverse=True))
    shown, more = merged[:limit], len(merged) > limit
    raw = [_Raw(tables[key], row) for _at, _pk, key, row in shown if key not in _sources]
    entries = _told(raw, user, scope)
    for key, source in _sources.items():
        entries += _told_source(source, [row for _at, _pk, name, row in shown if name == key])
    entries.sort(key=lambda entry: (entry.at, entry.event_id), reverse=True)
    cursor = dict(after)
    for _at, pk, key, _row in shown:
        cursor[key] = min(pk, cursor.get(key, pk))
    return entries, cursor if more else {}


def _events(events: models.QuerySet, limit: int) -> Iterable[Any]:
    return events.order_by("-pgh_id")[:limit]


@dataclass
class _Raw:
    """An event row, and the one before it of the same object."""

    event: Any
    row: Any
    before: Any = None


def _raw(event: type[models.Model], rows: Iterable[Any]) -> list[_Raw]:
    return [_Raw(event, row) for row in rows]


def _find_before(raw: list[_Raw]) -> None:
    """Two queries a table: which event came before each, and those events."""
    by_table: dict[Any, list[_Raw]] = defaultdict(list)
    for item in raw:
        if item.row.pgh_label == "update":
            by_table[item.event].append(item)
    for event, items in by_table.items():
        earlier = (
            event._default_manager.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id"))
            .order_by("-pgh_id")
            .values("pgh_id")[:1]
        )
        ids = dict(
            event._default_manager.filter(pk__in=[item.row.pk for item in items])
            .annotate(earlier=Subquery(earlier))
            .values_list("pk", "earlier")
        )
        rows = event._default_manager.in_bulk([pk for pk in ids.values() if pk])
        for item in items:
            item.before = rows.get(ids.get(item.row.pk))


# --- Telling ------------------------------------------------------------------------------------------------------------


@dataclass
class _Names:
    """Names of the rows that events point at, fetched by kind; what the reader does not see has none."""

    user: User
    wanted: dict[type[models.Model], set[Any]] = field(default_factory=lambda: defaultdict(set))
    known: dict[type[models.Model], dict[Any, str]] = field(default_factory=dict)

    def want(self, model: type[models.Model], pk: Any) -> None:
        if pk is not None:
            self.wanted[model].add(pk)

    def fetch(self) -> None:
        for model, pks in self.wanted.items():
            rows = model._default_manager.all()
            if hasattr(rows, "visible_to") and model is not get_user_model():
                rows = rows.visible_to(self.user)
            self.known[model] = {pk: str(row) for pk, row in rows.in_bulk(list(pks)).items()}

    def of(self, model: type[models.Model], pk: Any) -> str | None:
        return self.known.get(model, {}).get(pk)


def _told(raw: list[_Raw], user: User, scope: Scope) -> list[Entry]:
    _find_before(raw)
    names = _Names(user)
    for item in raw:
        names.want(get_user_model(), (item.row.pgh_context or {}).get("user"))
        for column in item.event._meta.fields:
            if isinstance(column, models.ForeignKey) and column.name != "pgh_obj":
                names.want(column.related_model, getattr(item.row, column.attname))
                if item.before is not None:
                    names.want(column.related_model, getattr(item.before, column.attname))
    names.fetch()
    return [entry for item in raw if (entry := _tell(item, names))]


def tell(rows: Iterable[tuple[type[models.Model], Any]], user: User) -> list[Entry]:
    """Sentences for events that somebody else has chosen, each with its event model; the user sees them all."""
    return _told([_Raw(event, row) for event, row in rows], user, scope_of(user))


def _tell(item: _Raw, names: _Names) -> Entry | None:
    """None for an update of which nothing can be told."""
    row, tracked = item.row, item.event.pgh_tracked_model
    context = row.pgh_context or {}
    who = names.of(get_user_model(), context.get("user")) or context.get("name") or gettext("The system")
    kind = _kind_name(tracked)
    name = _name_of(row, tracked, names)
    changes: tuple[Change, ...] = ()
    words = {"who": who, "kind": kind, "name": name}
    if row.pgh_label == "insert":
        sentence = gettext("%(who)s created the %(kind)s “%(name)s”") % words
    elif row.pgh_label == "delete":
        sentence = gettext("%(who)s deleted the %(kind)s “%(name)s”") % words
    else:
        changes = tuple(_changes(item, names))
        if not changes and item.before is not None:
            return None
        sentence = _update(changes, item, words)
    return Entry(
        at=row.pgh_created_at,
        who=who,
        sentence=sentence,
        kind=kind,
        key=key_of(tracked),
        event_id=row.pgh_id,
        reason=str(context.get("reason") or ""),
        changes=changes if len(changes) > 1 else (),
        url=_url(tracked, row),
        address=str(context.get("url") or ""),
        request=str(context.get("request") or ""),
    )


def _update(changes: tuple[Change, ...], item: _Raw, words: dict[str, str]) -> str:
    """A sentence for one change; their number for several, which then stand below."""
    if item.before is not None and hasattr(item.row, "deleted_at"):
        if item.row.deleted_at and not item.before.deleted_at:
            return gettext("%(who)s moved the %(kind)s “%(name)s” to the bin") % words
        if item.before.deleted_at and not item.row.deleted_at:
            return gettext("%(who)s took the %(kind)s “%(name)s” out of the bin") % words
    if len(changes) != 1:
        if not changes:
            return gettext("%(who)s changed the %(kind)s “%(name)s”") % words
        return ngettext(
            "%(who)s changed %(count)d field of the %(kind)s “%(name)s”",
            "%(who)s changed %(count)d fields of the %(kind)s “%(name)s”",
            len(changes),
        ) % {**words, "count": len(changes)}
    change = changes[0]
    words = {**words, "field": change.label, "old": change.old or "", "new": change.new or ""}
    if change.hidden:
        return gettext("%(who)s changed %(field)s of “%(name)s”") % words
    if change.old is None:
        return gettext("%(who)s set %(field)s of “%(name)s” to %(new)s") % words
    if change.new is None:
        return gettext("%(who)s cleared %(field)s of “%(name)s”, which was %(old)s") % words
    return gettext("%(who)s changed %(field)s of “%(name)s” from %(old)s to %(new)s") % words


def _changes(item: _Raw, names: _Names) -> Iterator[Change]:
    if item.before is None:
        return
    tracked = item.event.pgh_tracked_model
    for column in item.event._meta.fields:
        if column.name.startswith("pgh_") or column.name in SILENT or column.primary_key:
            continue
        try:
            real = tracked._meta.get_field(column.name)
        except FieldDoesNotExist:
            continue
        if getattr(real, "auto_now", False) or getattr(real, "auto_now_add", False):
            continue
        old, new = getattr(item.before, column.attname), getattr(item.row, column.attname)
        if old == new or (old in (None, "") and new in (None, "")):
            continue
        label = str(real.verbose_name)
        if column.name in getattr(tracked, "PERSONAL", ()):
            yield Change(label, None, None, hidden=True)
        else:
            yield Change(label, _value(real, old, names), _value(real, new, names))


def _value(column: Any, value: Any, names: _Names) -> str | None:
    """As a reader writes it; None for nothing."""
    if value is None or value == "" or value == []:
        return None
    if isinstance(column, models.ForeignKey):
        return names.of(column.related_model, value) or gettext("something that you do not see")
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(value, bool):
        return pgettext("value of a field", "yes") if value else pgettext("value of a field", "no")
    if isinstance(value, dt.datetime):
        return formats.date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, dt.date):
        return formats.date_format(value, "DATE_FORMAT")
    if hasattr(value, "lower") and hasattr(value, "upper") and hasattr(value, "isempty"):
        return _period(value)
    if isinstance(value, list):
        return joined(value)
    if column.name.endswith("_year"):
        return str(value)
    if isinstance(column, models.DecimalField | models.IntegerField | models.FloatField):
        return formats.number_format(value, force_grouping=True)
    return Truncator(str(value)).chars(LONGEST_VALUE)


def _period(value: Any) -> str:
    since = formats.date_format(value.lower, "DATE_FORMAT") if value.lower else "…"
    until = formats.date_format(value.upper, "DATE_FORMAT") if value.upper else "…"
    return gettext("%(since)s until %(until)s") % {"since": since, "until": until}


def _name_of(row: Any, tracked: type[models.Model], names: _Names) -> str:
    """What the row was called at the time: its own name, else the names of what it joins, else its number."""
    for column in ("name", "title", "label", "text", "summary", "brand", "person", "number", "code"):
        if column in getattr(tracked, "PERSONAL", ()):
            continue
        if text := getattr(row, column, ""):
            return Truncator(str(text)).chars(60)
    parts = [
        names.of(column.related_model, getattr(row, column.attname))
        for column in tracked._meta.fields
        if isinstance(column, models.ForeignKey) and not column.null and hasattr(row, column.attname)
    ]
    return " · ".join(part for part in parts if part) or f"{row.pgh_obj_id}"


def _url(tracked: type[models.Model], row: Any) -> str:
    """Where the object is shown; empty without a page, and for what was deleted."""
    if row.pgh_label == "delete" or not hasattr(tracked, "get_absolute_url"):
        return ""
    try:
        return tracked(pk=row.pgh_obj_id).get_absolute_url()  # type: ignore[attr-defined]
    except NoReverseMatch:
        return ""


# --- Rows that are history themselves -------------------------------------------------------------------------------------


def _source_rows(source: Source, user: User, rights: Rights) -> models.QuerySet:
    rows = source.model_class._default_manager.visible_to(user, rights=rights)  # type: ignore[attr-defined]
    return rows.select_related(source.by, *source.select_related).order_by(f"-{source.at}", "-pk")


def _told_source(source: Source, rows: Iterable[Any]) -> list[Entry]:
    model = source.model_class
    entries = []
    for row in rows:
        who = str(getattr(row, source.by) or gettext("The system"))
        about = getattr(row, source.about) if source.about else None
        entries.append(
            Entry(
                at=getattr(row, source.at),
                who=who,
                sentence=capfirst(source.sentence(row, who)),
                kind=_kind_name(model),
                key=key_of(model),
                event_id=row.pk,
                url=about.get_absolute_url() if about is not None and hasattr(about, "get_absolute_url") else "",
            )
        )
    return entries
