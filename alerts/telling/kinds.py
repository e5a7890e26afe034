"""Kinds of notices about warnings, their words, and by which channels whom they reach unless she says otherwise."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from accounts.choices import Role
from accounts.models import User
from accounts.notices import kinds as registry
from accounts.notices.choices import MailWhen, PushWhen
from accounts.notices.kinds import Kind, Step, Subject, Wishes, Words
from accounts.notices.models import Notice
from alerts import access, reasons
from alerts.case_list import MINE
from alerts.choices import CaseState, Did, Severity
from alerts.kinds import label_of
from alerts.models import Case
from crm.base.lookups import AnyOf
from crm.base.templatetags import crm
from crm.base.text import joined, labelled, run_on

GROUP = gettext_lazy("Warnings")
# Steps that a mail offers; the case's page has each ready under this name.
ACKNOWLEDGE, ASSIGN, DISMISS = "acknowledge", "assign", "dismiss"
STEPS = {
    ACKNOWLEDGE: gettext_lazy("Acknowledge"),
    ASSIGN: gettext_lazy("Give it to somebody else"),
    DISMISS: gettext_lazy("Dismiss"),
}

AT_ONCE = Wishes(True, MailWhen.ALWAYS, PushWhen.ALWAYS)
RED_AT_ONCE = Wishes(True, MailWhen.RED, PushWhen.RED)
BY_MORNING = Wishes(True, MailWhen.DIGEST, PushWhen.NEVER)
INBOX_ONLY = Wishes(True, MailWhen.NEVER, PushWhen.NEVER)
# Of many new ones the most frequent kinds.
KINDS_NAMED = 4
# A director watches the red ones of everybody.
_DIRECTORS = {Role.DIRECTOR: BY_MORNING}


def _rows(rows: QuerySet) -> QuerySet:
    return rows.select_related("dealer", "territory")


def _url(pk: int, do: str) -> str:
    page = reverse("alerts:case", args=[pk])
    return f"{page}?do={do}#{do}" if do in STEPS else page


def _steps(user: User, case: Case) -> tuple[Step, ...]:
    names = []
    if case.state == CaseState.OPEN and access.may_work_on(user, case):
        names.append(ACKNOWLEDGE)
    if case.is_running and access.may_lead(user, case):
        names += [ASSIGN, DISMISS]
    return tuple(Step(name, STEPS[name]) for name in names)


def _data(case: Case) -> dict[str, Any]:
    return {
        "case": case.pk, "kind": case.kind, "severity": case.severity, "state": case.state,
        "opened_on": case.opened_on.isoformat(), "dealer": case.dealer.code if case.dealer else None,
        "territory": case.territory.code, "dealers": case.dealers_hit, "figures": case.latest,
    }  # fmt: skip


CASE = Subject(
    "case", lambda user: Case.objects.visible_to(user), _rows, _url, _data, lambda: Case.objects.all(), _steps
)


def _what(case: Case) -> dict[str, str]:
    return {"what": label_of(case.kind), "who": case.dealer.name if case.dealer else case.territory.name}


def _discreet(case: Case, *, urgent: bool = True) -> str:
    """For lock screens: how urgent, and nothing else."""
    match case.severity if urgent else 0:
        case Severity.RED:
            return _("A red warning needs you")
        case Severity.ORANGE:
            return _("An orange warning needs you")
        case Severity.YELLOW:
            return _("A yellow warning needs you")
    return _("News of a warning")


def _opened(notice: Notice, case: Case) -> Words:
    return Words(_("New warning: %(what)s, %(who)s") % _what(case), reasons.sentence(case), _discreet(case))


def _opened_many(notice: Notice, about: object) -> Words:
    """What is left of the cases that one night opened for her, of those that she sees."""
    kept = [int(pk) for pk in notice.facts.get("cases", [])]
    waiting = (
        Case.objects.visible_to(notice.user).unsolved().filter(AnyOf(F("pk"), kept))
        if notice.user
        else Case.objects.none()
    )
    rows = waiting.order_by().values_list("severity", "kind")
    levels, codes = Counter(severity for severity, _kind in rows), Counter(kind for _severity, kind in rows)
    # Beyond those that are kept by number nothing is known of what became of them.
    count = max(int(notice.facts.get("count", 0)) - len(kept), 0) + sum(levels.values())
    if not count:
        solved = _("The new warnings of that night are solved")
        return Words(solved, "", solved)
    title = ngettext("%(count)s new warning", "%(count)s new warnings", count) % {"count": crm.number(count)}
    colours = [labelled(Severity(level).label, crm.number(levels[level])) for level in sorted(levels, reverse=True)]
    what = [labelled(label_of(code), crm.number(number)) for code, number in codes.most_common(KINDS_NAMED)]
    return Words(title, " · ".join(filter(None, (joined(colours), joined(what)))), title)


def _worsened(notice: Notice, case: Case) -> Words:
    title = _("Grew worse: %(what)s, %(who)s") % _what(case)
    return Words(title, reasons.sentence(case, now=True), _discreet(case))


def _reopened(notice: Notice, case: Case) -> Words:
    title = _("Open again: %(what)s, %(who)s") % _what(case)
    text = str(notice.facts.get("text", "")) or reasons.sentence(case, now=True)
    return Words(title, text, _discreet(case))


def _major_event(notice: Notice, case: Case) -> Words:
    title = _("Major event: %(who)s") % _what(case)
    text = run_on([reasons.sentence(case, now=True), notice.facts.get("text", "")])
    return Words(title, text, _discreet(case))


def _assigned(notice: Notice, case: Case) -> Words:
    by = notice.facts.get("by", "")
    title = _("A warning is yours now: %(what)s, %(who)s") % _what(case)
    given = _("%(name)s gave it to you.") % {"name": by} if by else ""
    return Words(title, run_on([given, reasons.sentence(case, now=True)]), _discreet(case))


def _passed_up(notice: Notice, case: Case) -> Words:
    title = _("Not dealt with in time: %(what)s, %(who)s") % _what(case)
    to = notice.facts.get("to", "")
    passed = _("It was passed to %(name)s.") % {"name": to} if to else ""
    return Words(title, run_on([passed, reasons.sentence(case, now=True)]), _discreet(case))


def _deadline(notice: Notice, case: Case) -> Words:
    title = _("Due soon: %(what)s, %(who)s") % _what(case)
    moment = _moment(str(notice.facts.get("due", "")))
    if notice.facts.get("did") == Did.ACKNOWLEDGED:
        text = _("Acknowledge it by %(moment)s, or it is passed to the next level.") % {"moment": moment}
    else:
        text = _("Find its cause by %(moment)s, or it is passed to the next level.") % {"moment": moment}
    return Words(title, text, _discreet(case))


def _task(notice: Notice, case: Case) -> Words:
    title = _("A task for you: %(what)s, %(who)s") % _what(case)
    return Words(title, str(notice.facts.get("text", "")), _("A task for you"))


def _mentioned(notice: Notice, case: Case) -> Words:
    title = _("%(name)s wrote to you: %(what)s, %(who)s") % {**_what(case), "name": notice.facts.get("by", "")}
    return Words(title, str(notice.facts.get("text", "")), _("Somebody wrote to you"))


def _progress(notice: Notice, case: Case) -> Words:
    values = {**_what(case), "name": notice.facts.get("by", "")}
    if notice.facts.get("did") == Did.CAUSE_FOUND:
        title = _("Cause found: %(what)s, %(who)s") % values
    else:
        title = _("%(name)s wrote a note: %(what)s, %(who)s") % values
    return Words(title, str(notice.facts.get("text", "")), _discreet(case, urgent=False))


def _solved(notice: Notice, case: Case) -> Words:
    values = _what(case)
    match notice.facts.get("did"):
        case Did.VERIFIED:
            title = _("Solved and checked: %(what)s, %(who)s") % values
        case Did.DISMISSED:
            title = _("Dismissed: %(what)s, %(who)s") % values
        case Did.MERGED:
            title = _("Merged into another: %(what)s, %(who)s") % values
        case _:
            title = _("Resolved: %(what)s, %(who)s") % values
    # Of a merged case the line names the other one.
    text = "" if notice.facts.get("did") == Did.MERGED else str(notice.facts.get("text", ""))
    return Words(title, text, _discreet(case, urgent=False))


def _rule_failed(notice: Notice, about: object) -> Words:
    codes = [str(code) for code in notice.facts.get("kinds", [])]
    text = _(
        "On %(day)s the night could not apply these kinds of warnings: %(kinds)s. All others were done. Their dealers"
        " keep the level they had. The page of nightly jobs shows the error."
    ) % {"day": _day(str(notice.facts.get("on", ""))), "kinds": joined(label_of(code) for code in codes)}
    title = _("Kinds of warnings failed")
    return Words(title, text, title)


def _moment(text: str) -> str:
    try:
        return date_format(timezone.localtime(dt.datetime.fromisoformat(text)), "SHORT_DATETIME_FORMAT")
    except ValueError:
        return "–"


def _day(text: str) -> str:
    try:
        return date_format(dt.date.fromisoformat(text), "DATE_FORMAT")
    except ValueError:
        return "–"


KINDS = (
    Kind("warnings.major_event", gettext_lazy("A major event at a dealer’s"), GROUP, "case", _major_event, AT_ONCE),
    Kind("warnings.opened", gettext_lazy("A new warning"), GROUP, "case", _opened, RED_AT_ONCE, _DIRECTORS),
    Kind(
        "warnings.opened_many", gettext_lazy("Several new warnings of one night"), GROUP, "", _opened_many, RED_AT_ONCE,
        _DIRECTORS, url=lambda: f"{reverse('alerts:list')}?whose={MINE}", for_programs=False,
    ),
    Kind("warnings.worsened", gettext_lazy("A warning grew worse"), GROUP, "case", _worsened, RED_AT_ONCE, _DIRECTORS),
    Kind("warnings.reopened", gettext_lazy("A warning is open again"), GROUP, "case", _reopened, RED_AT_ONCE, _DIRECTORS),
    Kind("warnings.assigned", gettext_lazy("A warning was given to me"), GROUP, "case", _assigned, AT_ONCE),
    Kind("warnings.deadline", gettext_lazy("A deadline of mine is near"), GROUP, "case", _deadline, AT_ONCE),
    Kind("warnings.passed_up", gettext_lazy("A warning was not dealt with in time"), GROUP, "case", _passed_up, AT_ONCE),
    Kind(
        "warnings.task", pgettext_lazy("notice", "A task of a warning was given to me"), GROUP, "case", _task,
        Wishes(True, MailWhen.ALWAYS, PushWhen.RED),
    ),
    Kind("warnings.mentioned", gettext_lazy("Somebody wrote to me in a note"), GROUP, "case", _mentioned, AT_ONCE, for_programs=False),
    Kind("warnings.progress", gettext_lazy("Causes and notes of warnings"), GROUP, "case", _progress, INBOX_ONLY),
    Kind("warnings.solved", gettext_lazy("A warning was solved, dismissed or merged"), GROUP, "case", _solved, BY_MORNING, ends=True),
    Kind(
        "warnings.rule_failed", gettext_lazy("A kind of warning failed in the night"), gettext_lazy("The program itself"), "",
        _rule_failed, Wishes(True, MailWhen.ALWAYS, PushWhen.NEVER), url=lambda: reverse("jobs:list"),
        only=frozenset({Role.ADMINISTRATOR}),
    ),
)  # fmt: skip


def register() -> None:
    registry.register_subject(CASE)
    for kind in KINDS:
        registry.register(kind)
