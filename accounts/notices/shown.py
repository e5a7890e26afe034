"""Notices in a reader's words: on her inbox, in her mails, on her phone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts.models import User
from accounts.notices import kinds
from accounts.notices.kinds import Kind, Step, Words
from accounts.notices.models import Notice


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice with its words; `about` is None for one without a subject."""

    notice: Notice
    kind: Kind
    about: Any
    words: Words

    @property
    def url(self) -> str:
        """Opens what it is about, and marks the notice read."""
        return reverse("notices:open", args=[self.notice.pk])

    def target(self, do: str = "") -> str:
        """The page that it is about."""
        subject = kinds.subject_of(self.notice.subject)
        return subject.url(self.about.pk, do) if subject else self.kind.url()

    def steps(self, user: User) -> tuple[Step, ...]:
        """What she may do about it from a mail; nothing once it is over."""
        subject = kinds.subject_of(self.notice.subject)
        return subject.steps(user, self.about) if subject and not self.notice.over_at else ()


def shown(notices: Iterable[Notice], user: User) -> list[Shown]:
    """Those about what the user sees, in order; a query for each subject."""
    notices = list(notices)
    asked: dict[str, set[int]] = defaultdict(set)
    for notice in notices:
        if notice.subject and notice.about_id is not None:
            asked[notice.subject].add(notice.about_id)
    there = {
        name: subject.seen_by(user, pks)
        for name, pks in asked.items()
        if (subject := kinds.subject_of(name)) is not None
    }
    found = []
    for notice in notices:
        kind = kinds.get(notice.kind)
        about = there.get(notice.subject, {}).get(notice.about_id or 0) if notice.subject else None
        if kind is None or (notice.subject and about is None):
            continue
        found.append(Shown(notice, kind, about, kind.write(notice, about)))
    return found
