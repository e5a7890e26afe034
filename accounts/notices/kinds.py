"""What people can be told of. Each app registers its kinds, and what they are about, in `AppConfig.ready`.

    kinds.register_subject(Subject("claim", Claim.objects.visible_to, load, url))
    kinds.register(Kind("claims.waiting", _("A claim waits for you"), _("..."), _("Promotions"), "claim", write))

and tells by `accounts.notices.outbox.tell`, in the transaction of the event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from accounts.choices import Role
from accounts.notices.choices import MailWhen, PushWhen
from crm.base.text import StrPromise

if TYPE_CHECKING:
    from accounts.models import User
    from accounts.notices.models import Notice


@dataclass(frozen=True, slots=True)
class Wishes:
    """How somebody wants to be told of a kind."""

    inbox: bool = True
    mail: MailWhen = MailWhen.RED
    push: PushWhen = PushWhen.RED


@dataclass(frozen=True, slots=True)
class Words:
    """A notice in the reader's language. `discreet` names nobody: it stands on lock screens."""

    title: str
    text: str
    discreet: str


@dataclass(frozen=True, slots=True)
class Step:
    """What can be done about it from a mail: `do` is handed to the subject's page."""

    do: str
    label: str | StrPromise


@dataclass(frozen=True, slots=True)
class Subject:
    """What notices are about. `load` reads the rows, among those that the user sees, with what the words need."""

    name: str
    visible_to: Callable[[User], QuerySet]
    load: Callable[[QuerySet], QuerySet]
    # The page, and with `do` the step that is to be ready there.
    url: Callable[[int, str], str]
    # What other programs are told of it: plain values.
    data: Callable[[Any], dict[str, Any]]
    # The rows for other programs.
    all_rows: Callable[[], QuerySet]
    # What the reader may do about it right now.
    steps: Callable[[User, Any], tuple[Step, ...]] = lambda user, about: ()

    def seen_by(self, user: User, pks: Iterable[int]) -> Mapping[int, Any]:
        """By key those that the user may see."""
        return self.load(self.visible_to(user).filter(pk__in=set(pks))).in_bulk()


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of notice. `write` gets the notice and what it is about (None without a subject)."""

    code: str
    label: StrPromise
    group: StrPromise
    subject: str
    write: Callable[[Notice, Any], Words]
    usual: Wishes = Wishes()
    # Roles that are told otherwise than usual.
    by_role: Mapping[Role, Wishes] = field(default_factory=dict)
    # Tells of an end: sent also when what it is about is over.
    ends: bool = False
    # Where it leads without a subject.
    url: Callable[[], str] = lambda: "/"
    # Who is ever told; empty: anybody. It keeps the page of wishes short.
    only: frozenset[Role] = frozenset()
    # Whether other programs may be told.
    for_programs: bool = True


_kinds: dict[str, Kind] = {}
_subjects: dict[str, Subject] = {}

# Who holds several roles is told as the first of these says.
_ORDER = (
    Role.ADMINISTRATOR,
    Role.REPRESENTATIVE,
    Role.MANAGER,
    Role.FINANCE,
    Role.DIRECTOR,
    Role.READ_ONLY,
)


def register(kind: Kind) -> None:
    """Raises ValueError when its subject is not there."""
    if kind.subject and kind.subject not in _subjects:
        raise ValueError(f"There is no subject {kind.subject!r}.")
    _kinds[kind.code] = kind


def register_subject(subject: Subject) -> None:
    _subjects[subject.name] = subject


def get(code: str) -> Kind | None:
    """`None` for a kind that no installed app knows."""
    return _kinds.get(code)


def registered() -> list[Kind]:
    """In the order in which the apps named them."""
    return list(_kinds.values())


def concerning(roles: Iterable[Role]) -> list[Kind]:
    """Kinds that somebody in these roles may be told of; those for a few roles come last."""
    held = set(roles)
    found = [kind for kind in _kinds.values() if not kind.only or kind.only & held]
    return sorted(found, key=lambda kind: bool(kind.only))


def subject_of(name: str) -> Subject | None:
    return _subjects.get(name)


def subjects() -> list[Subject]:
    return list(_subjects.values())


def usual(kind: Kind, roles: Iterable[Role]) -> Wishes:
    """What somebody in these roles wants, as long as she has not said otherwise."""
    held = set(roles)
    for role in _ORDER:
        if role in held and role in kind.by_role:
            return kind.by_role[role]
    if held <= {Role.READ_ONLY}:
        return Wishes(kind.usual.inbox, MailWhen.NEVER, PushWhen.NEVER)
    return kind.usual
