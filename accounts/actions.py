"""What changes people and territories. Each action locks, checks, changes; the triggers write the history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts import passing_on
from accounts.adapters import vouch_for_email
from accounts.choices import Role
from accounts.models import Territory, TerritoryAssignment, User
from accounts.rights import KEPT_APART, ROLE_RIGHTS, Right
from accounts.scope import Scope, scope_of
from crm.base.models import Company
from crm.base.text import joined, labelled

# Deeper trees do not fit the path's column.
DEEPEST = 60


class TerritoryInUse(ValidationError):
    """Something still hangs on the territory. `uses` says what: label and count."""

    def __init__(self, uses: list[tuple[str, int]]) -> None:
        self.uses = uses
        what = joined(labelled(label, count) for label, count in uses)
        super().__init__(
            format_lazy(_("This territory is still in use ({what}). Move that elsewhere first."), what=what)
        )


class TerritoryLoop(ValidationError):
    def __init__(self) -> None:
        super().__init__(_("A territory cannot become a part of itself."))


# --- The tree -----------------------------------------------------------------------------------------------------------


def _lock_tree() -> None:
    """One change of the tree at a time; readers go on."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE accounts_territory IN SHARE ROW EXCLUSIVE MODE")


@transaction.atomic
def create_territory(*, code: str, name: str, parent: Territory | None, country: str = "") -> Territory:
    _lock_tree()
    if parent is not None:
        parent.refresh_from_db()
        _check_depth(parent.depth + 1)
    territory = Territory(code=code, name=name, parent=parent, country=country)
    territory.save()
    if parent is None:
        _open_to_those_who_see_everything(territory)
    return territory


def _open_to_those_who_see_everything(root: Territory) -> None:
    """A new root is no news to who works every other root: she gets the same role there, as long as she has it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO accounts_territoryassignment (user_id, territory_id, role, period, note)
            SELECT a.user_id, %(root)s, a.role, daterange(%(today)s, nullif(min(coalesce(upper(a.period), 'infinity')), 'infinity')), ''
              FROM accounts_territoryassignment a
              JOIN accounts_territory t ON t.id = a.territory_id AND t.parent_id IS NULL
             WHERE t.id <> %(root)s AND a.period @> %(today)s AND a.covers_for_id IS NULL
             GROUP BY a.user_id, a.role
            HAVING count(DISTINCT t.id) = (SELECT count(*) FROM accounts_territory
                                            WHERE parent_id IS NULL AND id <> %(root)s)
            """,
            {"root": root.pk, "today": Company.get().today()},
        )


def _check_depth(depth: int) -> None:
    if depth > DEEPEST:
        raise ValidationError(_("The tree would become too deep."))


@transaction.atomic
def move_territory(*, territory: Territory, parent: Territory | None) -> None:
    """Hang the territory, with all below it, under another; None makes it a root.

    One statement rewrites every path. The new prefix was never in use, so no two rows meet on the unique path.
    """
    _lock_tree()
    territory.refresh_from_db()
    if parent is not None:
        parent.refresh_from_db()
        if parent.path.startswith(territory.path):
            raise TerritoryLoop
        deepest = max(len(path) for path in Territory.objects.within(territory).values_list("path", flat=True))
        _check_depth(parent.depth + 1 + (deepest - len(territory.path)) // Territory.STEP)
    old = territory.path
    territory.parent = parent
    new = territory.next_path()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE accounts_territory
               SET path = %(new)s || substr(path, %(kept_from)s),
                   parent_id = CASE WHEN id = %(pk)s THEN %(parent)s ELSE parent_id END
             WHERE path >= %(old)s AND path < %(old)s || '~'
            """,
            {
                "new": new,
                "kept_from": len(old) + 1,
                "pk": territory.pk,
                "parent": parent.pk if parent else None,
                "old": old,
            },
        )
    territory.refresh_from_db()


def uses_of(territory: Territory, *, on: dt.date) -> list[tuple[str, int]]:
    """What hangs on the territory and all below it, as label and count: the dealers and whatever else points here.

    Apps above are not known by name here; what they hang on a territory is found through the model's relations.
    """
    ids = list(Territory.objects.within(territory).values_list("pk", flat=True))
    uses = []
    for relation in Territory._meta.related_objects:
        model = relation.related_model
        if not isinstance(relation, models.ManyToOneRel) or relation.on_delete is not models.PROTECT:
            continue
        if model is Territory or hasattr(model, "pgh_tracked_model"):
            continue
        if model is TerritoryAssignment:
            count = TerritoryAssignment.objects.running_or_coming(on).filter(territory__in=ids).count()
        else:
            count = model._default_manager.filter(**{f"{relation.field.name}__in": ids}).count()
        if count:
            uses.append((str(model._meta.verbose_name_plural), count))
    return uses


@transaction.atomic
def close_territory(*, territory: Territory, on: dt.date) -> None:
    """Deactivate the territory with all below it. Raises TerritoryInUse while anything hangs on them."""
    _lock_tree()
    territory.refresh_from_db()
    if uses := uses_of(territory, on=on):
        raise TerritoryInUse(uses)
    Territory.objects.within(territory).filter(active=True).update(active=False)
    territory.refresh_from_db()


@transaction.atomic
def reopen_territory(*, territory: Territory) -> None:
    """With all above it, so that no open territory hangs below a closed one."""
    _lock_tree()
    territory.refresh_from_db()
    Territory.objects.above(territory).update(active=True)
    territory.refresh_from_db()


# --- Who works where ----------------------------------------------------------------------------------------------------


class MayNotGrant(ValidationError):
    def __init__(self, role: Role) -> None:
        super().__init__(
            _("You may not give the role “%(role)s” here: it may do more than you may."), params={"role": role.label}
        )


def may_grant(scope: Scope, role: Role, territory_id: int) -> bool:
    """Administrators of a territory give every role there; others only roles that may do no more than they may."""
    if scope.superuser or scope.may(Right.MANAGE_USERS, territory_id):
        return True
    held = frozenset().union(*(ROLE_RIGHTS[own] for own in scope.roles.get(territory_id, ())))
    return Right.MANAGE_TERRITORIES in held and ROLE_RIGHTS[role] - KEPT_APART <= held


def check_grant(*, actor: User, user: User, role: Role, territory: Territory) -> None:
    """Raise ValidationError unless `actor` may give (or end) the role there."""
    if actor.pk == user.pk and not actor.is_superuser:
        raise ValidationError(_("Nobody gives herself a territory. Ask a colleague who may."))
    if not may_grant(scope_of(actor), role, territory.pk):
        raise MayNotGrant(role)


def check_cover(*, actor: User, user: User, territory: Territory) -> None:
    """Raise ValidationError unless `actor` may let a colleague stand in for a representative there, or end it.

    Besides those who may give the role for good, whoever plans the visits of the territory may, for a time: the colleague
    then may do there no more than the planner herself.
    """
    if actor.pk == user.pk and not actor.is_superuser:
        raise ValidationError(_("Nobody gives herself a territory. Ask a colleague who may."))
    scope = scope_of(actor)
    held = frozenset().union(*(ROLE_RIGHTS[own] for own in scope.roles.get(territory.pk, ())))
    if Right.PLAN_VISITS in held and ROLE_RIGHTS[Role.REPRESENTATIVE] <= held:
        return
    if not may_grant(scope, Role.REPRESENTATIVE, territory.pk):
        raise MayNotGrant(Role.REPRESENTATIVE)


@transaction.atomic
def assign(
    *,
    actor: User,
    user: User,
    territory: Territory,
    role: Role,
    since: dt.date,
    until: dt.date | None,
    covers_for: User | None = None,
    note: str = "",
    approved: bool = False,
) -> TerritoryAssignment:
    """Let the user work the territory from `since` until before `until`. Raises ValidationError, with the reason.

    `approved`: a cover that somebody with the right to has allowed before; it is only written down anew.
    """
    covers = covers_for is not None and until is not None and role == Role.REPRESENTATIVE
    if covers and approved:
        pass
    elif covers:
        check_cover(actor=actor, user=user, territory=territory)
    else:
        check_grant(actor=actor, user=user, role=role, territory=territory)
    if not territory.active:
        raise ValidationError(_("This territory is closed."))
    assignment = TerritoryAssignment(
        user=user, territory=territory, role=role, period=DateRange(since, until), covers_for=covers_for, note=note
    )
    assignment.full_clean()
    assignment.save()
    return assignment


@transaction.atomic
def end_assignment(*, actor: User, assignment: TerritoryAssignment, on: dt.date, approved: bool = False) -> None:
    """The day `on` is the first that no longer counts. One that had not begun by then is removed. `approved`: a cover
    whose days are only written down anew (see `assign`)."""
    assignment = TerritoryAssignment.objects.select_for_update().get(pk=assignment.pk)
    if assignment.covers_for_id is None or assignment.role != Role.REPRESENTATIVE:
        check_grant(actor=actor, user=assignment.user, role=Role(assignment.role), territory=assignment.territory)
    elif not approved and actor.pk != assignment.covers_for_id:
        # Who is covered may end it herself: she is back.
        check_cover(actor=actor, user=assignment.user, territory=assignment.territory)
    if assignment.period.lower is not None and assignment.period.lower >= on:
        assignment.delete()
        return
    assignment.period = DateRange(assignment.period.lower, _earlier(on, assignment.period.upper))
    assignment.save(update_fields=["period"])


def _earlier(day: dt.date, other: dt.date | None) -> dt.date:
    return day if other is None else min(day, other)


# --- Handover -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Passed:
    """One assignment that passes on: `since` and `until` are the successor's."""

    assignment: TerritoryAssignment
    since: dt.date
    until: dt.date | None
    # The successor holds the same role there already for a part of the time: nothing new is made for her.
    already: bool


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What passed on, and sentences of what followed."""

    passed: list[Passed]
    said: list[str]


def plan_handover(*, leaver: User, successor: User, on: dt.date, within: Iterable[int] | None = None) -> list[Passed]:
    """What a handover on the day `on` would pass on; `within` limits it to these territories."""
    assignments = leaver.assignments.running_or_coming(on).select_related("territory", "covers_for")
    if within is not None:
        assignments = assignments.filter(territory__in=within)
    theirs = list(successor.assignments.running_or_coming(on))
    plan = []
    for assignment in assignments:
        since = max(on, assignment.period.lower) if assignment.period.lower else on
        until = assignment.period.upper
        already = any(
            own.territory_id == assignment.territory_id
            and own.role == assignment.role
            and (own.period.upper is None or own.period.upper > since)
            and (until is None or own.period.lower is None or own.period.lower < until)
            for own in theirs
        )
        plan.append(Passed(assignment, since, until, already))
    return plan


@transaction.atomic
def hand_over(
    *, actor: User, leaver: User, successor: User, on: dt.date, note: str = "", within: Iterable[int] | None = None
) -> HandedOver:
    """Pass all territories of `leaver` to `successor` from the day `on`, in one step; what was passed on, and what
    followed in the apps above, in words.

    The dealers stay where they are, with their contacts, history and documents: only who works the territory changes.
    """
    if leaver.pk == successor.pk:
        raise ValidationError(_("Choose somebody else to take over."))
    if not successor.is_active:
        raise ValidationError(_("%(name)s has no active account."), params={"name": successor.name})
    list(TerritoryAssignment.objects.select_for_update().filter(user__in=[leaver, successor]).values_list("pk"))
    plan = plan_handover(leaver=leaver, successor=successor, on=on, within=within)
    if not plan:
        raise ValidationError(_("%(name)s works no territory on that day or later."), params={"name": leaver.name})
    for passed in plan:
        end_assignment(actor=actor, assignment=passed.assignment, on=on)
        if not passed.already:
            assign(
                actor=actor,
                user=successor,
                territory=passed.assignment.territory,
                role=Role(passed.assignment.role),
                since=passed.since,
                until=passed.until,
                covers_for=passed.assignment.covers_for if passed.assignment.covers_for_id != successor.pk else None,
                note=note,
            )
    assignments = [passed.assignment for passed in plan]
    return HandedOver(plan, passing_on.follow(passing_on.Change(leaver, successor, assignments, on, actor)))


@transaction.atomic
def end_work(*, actor: User, assignment: TerritoryAssignment, on: dt.date) -> list[str]:
    """End an assignment for good, as somebody who leaves or moves on; what followed in the apps above, in words."""
    end_assignment(actor=actor, assignment=assignment, on=on)
    if assignment.covers_for_id is not None:
        return []
    return passing_on.follow(passing_on.Change(assignment.user, None, [assignment], on, actor))


# --- Accounts -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def create_user(**fields: object) -> User:
    """An account without a password: an invitation, a passkey or the company's identity provider opens it."""
    user = User.objects.create_user(**fields)  # type: ignore[arg-type]
    vouch_for_email(user)
    return user


@transaction.atomic
def update_user(*, user: User) -> None:
    """Store the changed fields; a changed address counts as verified, for an administrator gave it."""
    user.email = user.email.lower()
    user.save()
    vouch_for_email(user)


@transaction.atomic
def deactivate_user(*, actor: User, user: User) -> None:
    """Close the account and sign it out everywhere. Its name stays in history; its assignments stay as they are."""
    if actor.pk == user.pk:
        raise ValidationError(_("You cannot close your own account."))
    if user.is_superuser and not actor.is_superuser:
        raise ValidationError(_("Only a superuser closes a superuser's account."))
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_sessions(user)


@transaction.atomic
def reactivate_user(*, user: User) -> None:
    user.is_active = True
    user.save(update_fields=["is_active"])


def end_sessions(user: User, *, but: str | None = None) -> int:
    """Sign the user out everywhere, except in the session with the key `but`; how many sessions ended."""
    sessions = list(UserSession.objects.filter(user=user).exclude(session_key=but or ""))
    for session in sessions:
        session.end()
    return len(sessions)


def handed_over_text(count: int, leaver: User, successor: User) -> str:
    return ngettext_lazy(
        "%(successor)s takes over %(count)d territory from %(leaver)s.",
        "%(successor)s takes over %(count)d territories from %(leaver)s.",
        count,
    ) % {"count": count, "leaver": leaver.name, "successor": successor.name}
