"""Drafts of visit forms, and their publication."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pghistory
from django.db import IntegrityError, transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from accounts.models import User
from visits.composer import with_fresh_keys
from visits.models import VisitForm

Sections = list[dict[str, Any]]


class DraftMoved(Exception):
    """Somebody else saved, published or dropped the draft meanwhile; the text says who and when."""


class NothingChanges(Exception):
    """What is to be published asks the same as what counts already."""


def _draft(kind: str, seen: int) -> VisitForm | None:
    """The draft, locked; None when there is none. `seen` is the revision that was looked at, 0 for none. Raises
    DraftMoved."""
    draft = (
        VisitForm.objects.select_for_update(of=("self",))
        .select_related("changed_by")
        .filter(kind=kind, version=None)
        .first()
    )
    if (draft.revision if draft else 0) == seen:
        return draft
    if draft is None:
        raise DraftMoved(
            _(
                "Somebody else has published or dropped this draft meanwhile. Your changes are still here; saving begins a new draft."
            )
        )
    when = formats.date_format(timezone.localtime(draft.changed_at), "DATETIME_FORMAT")
    raise DraftMoved(
        _("%(name)s saved this draft on %(when)s. Your changes are still here; saving again replaces that draft.")
        % {"name": draft.changed_by or _("Somebody else"), "when": when}
    )


@transaction.atomic
def save_draft(*, kind: str, sections: Sections, seen: int, by: User) -> VisitForm:
    """Keep what was composed, without effect on anybody. Raises DraftMoved."""
    draft = _draft(kind, seen)
    published = VisitForm.objects.filter(version__isnull=False).values_list("sections", flat=True)
    sections = with_fresh_keys(sections, published)
    if draft is None:
        try:
            with transaction.atomic():
                return VisitForm.objects.create(kind=kind, sections=sections, changed_by=by)
        except IntegrityError as error:
            # Two who begin a draft at the same moment.
            _draft(kind, seen)
            raise AssertionError("the draft that stood in the way is gone") from error
    draft.sections, draft.changed_by = sections, by
    draft.revision += 1
    draft.save()
    return draft


@transaction.atomic
def publish(*, kind: str, seen: int, note: str, by: User, at: dt.datetime) -> VisitForm:
    """The draft becomes the kind's next version and stays as it is for ever. Raises DraftMoved, NothingChanges."""
    draft = _draft(kind, seen)
    if draft is None:
        raise DraftMoved(_("There is no draft to publish."))
    last = VisitForm.objects.filter(kind=kind, version__isnull=False).order_by("-version").first()
    if last is not None and last.sections == draft.sections:
        raise NothingChanges(
            _("This asks the same as version %(version)d, which counts already.") % {"version": last.version}
        )
    return _published(draft, last, note, by, at)


@transaction.atomic
def give_back(*, kind: str, note: str, by: User, at: dt.datetime) -> VisitForm | None:
    """From now on the kind is asked what all kinds are. None when it has no form of its own."""
    last = VisitForm.objects.select_for_update().filter(kind=kind, version__isnull=False).order_by("-version").first()
    if last is None or not last.sections:
        return None
    return _published(VisitForm(kind=kind, sections=[], changed_by=by), last, note, by, at)


def _published(form: VisitForm, last: VisitForm | None, note: str, by: User, at: dt.datetime) -> VisitForm:
    form.version = last.version + 1 if last and last.version else 1
    form.note, form.published_at, form.published_by, form.changed_by = note, at, by, by
    with pghistory.context(reason=note):
        form.save()
    return form


@transaction.atomic
def drop_draft(*, kind: str, seen: int) -> bool:
    """Throw the draft away; False when there is none. Raises DraftMoved."""
    draft = _draft(kind, seen)
    if draft is None:
        return False
    draft.delete()
    return True
