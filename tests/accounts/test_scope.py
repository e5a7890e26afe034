"""Who sees which territory on which day, as a table."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.choices import Role
from accounts.models import Territory, User
from accounts.rights import ROLE_RIGHTS, Right
from accounts.scope import scope_of
from dealers.models import Contact, Dealer
from tests.cast import TREE
from tests.factories import AssignmentFactory, ContactFactory, DealerFactory, UserFactory

MARCH = dt.date(2026, 3, 1)
DAY = dt.timedelta(days=1)

EAST = {"CN-EAST", "CN-EAST-1", "CN-EAST-2"}
CHINA = EAST | {"CN"}
KANTO = {"JP-KANTO", "JP-KANTO-1"}
JAPAN = KANTO | {"JP"}


def seen(user: User, on: dt.date) -> set[str]:
    return set(Territory.objects.visible_to(user, on=on).values_list("code", flat=True))


@pytest.mark.parametrize(
    ("assignments", "expected"),
    [
        # (territory, from, until) ...: what is open on 1 March
        ([], set()),
        ([("CN-EAST-1", None, None)], {"CN-EAST-1"}),
        ([("CN-EAST", None, None)], EAST),
        ([("CN", None, None)], CHINA),
        ([("ROOT", None, None)], set(TREE)),
        ([("CN-EAST-1", None, None), ("JP-KANTO", None, None)], {"CN-EAST-1"} | KANTO),
        # A child that is opened twice is there once.
        ([("CN", None, None), ("CN-EAST-1", None, None)], CHINA),
        # The first day counts, the last is the day before `until`.
        ([("JP", MARCH, None)], JAPAN),
        ([("JP", MARCH + DAY, None)], set()),
        ([("JP", None, MARCH)], set()),
        ([("JP", None, MARCH + DAY)], JAPAN),
        ([("JP", MARCH, MARCH + DAY)], JAPAN),
    ],
)
def test_what_assignments_open(territories, assignments, expected) -> None:
    user = UserFactory()
    for code, since, until in assignments:
        AssignmentFactory(user=user, territory=territories[code], period=DateRange(since, until))
    assert seen(user, MARCH) == expected


def test_nothing_leaks_between_codes_that_begin_alike(territories) -> None:
    """CN-EAST-1 and a CN-EAST-10 beside it are not one below the other."""
    beside = Territory.objects.create(code="CN-EAST-10", name="Ten", parent=territories["CN-EAST"])
    user = UserFactory()
    AssignmentFactory(user=user, territory=territories["CN-EAST-1"])
    assert beside.code not in seen(user, MARCH)


def test_cover_opens_and_closes_by_date(alice, charlie, territories) -> None:
    AssignmentFactory(
        user=charlie, territory=territories["CN-EAST-1"], covers_for=alice, period=DateRange(MARCH, MARCH + 7 * DAY)
    )
    open_on = [MARCH + n * DAY for n in range(-1, 9) if "CN-EAST-1" in seen(charlie, MARCH + n * DAY)]
    assert open_on == [MARCH + n * DAY for n in range(7)]
    assert "CN-EAST-1" in seen(alice, MARCH)


def test_who_has_left_sees_nothing(alice) -> None:
    assert seen(alice, MARCH)
    alice.is_active = False
    assert not seen(alice, MARCH)


def test_a_superuser_sees_everything_without_an_assignment(territories) -> None:
    root = UserFactory(is_superuser=True)
    assert seen(root, MARCH) == set(TREE)
    assert all(scope_of(root, on=MARCH).may(right) for right in Right)


def test_roles_hold_where_they_are_given(territories) -> None:
    """Manager in CN-EAST and read-only in JP: she approves in one and only looks in the other."""
    user = UserFactory()
    AssignmentFactory(user=user, territory=territories["CN-EAST"], role=Role.MANAGER)
    AssignmentFactory(user=user, territory=territories["JP"], role=Role.READ_ONLY)
    scope = scope_of(user, on=MARCH)
    assert scope.may(Right.MOVE_STATUS, territories["CN-EAST-1"].pk)
    assert not scope.may(Right.MOVE_STATUS, territories["JP-KANTO-1"].pk)
    assert not scope.may(Right.MOVE_STATUS, territories["CN"].pk)
    assert scope.may(Right.MOVE_STATUS)


def test_rights_of_the_roles() -> None:
    """The table that a director would be shown; a change here is a change of who may do what."""
    table = {
        # right: rep, manager, director, finance, administrator, read-only
        Right.EDIT_DEALER: "xxx.x.",
        Right.DELETE_DEALER: ".xx.x.",
        Right.VIEW_PERSONAL: "xxx...",
        Right.MOVE_STATUS: ".xx.x.",
        Right.EXPORT: ".xxxx.",
        Right.IMPORT: "..xxx.",
        Right.JUDGE: "xxx.x.",
        Right.OVERRIDE_TIER: ".xx.x.",
        Right.EDIT_POLICY: "..x.x.",
        Right.RUN_JOBS: "..x.x.",
        Right.VIEW_JOBS: ".xxxx.",
        Right.VIEW_AUDIT: ".xx.x.",
        Right.VIEW_CREDIT: "xxxxx.",
        Right.EDIT_CREDIT: "..xxx.",
        Right.MANAGE_TERRITORIES: "..x.x.",
        Right.MANAGE_USERS: "....x.",
        Right.LOG_VISITS: "xxx.x.",
        Right.PLAN_VISITS: ".xx.x.",
        Right.VIEW_TEAM: ".xx.x.",
        Right.EDIT_VISIT_RULES: "..x.x.",
        Right.MANAGE_WEBHOOKS: "....x.",
        Right.PLAN_PROMOTIONS: "xxx.x.",
        Right.APPROVE_PROMOTIONS: ".xx.x.",
        Right.SETTLE_CLAIMS: "...xx.",
        Right.MANAGE_BUDGETS: "..xxx.",
        Right.VIEW_PROFIT: ".xxxx.",
    }
    roles = ["REPRESENTATIVE", "MANAGER", "DIRECTOR", "FINANCE", "ADMINISTRATOR", "READ_ONLY"]
    actual = {right: "".join("x" if right in ROLE_RIGHTS[Role(role)] else "." for role in roles) for right in Right}
    assert actual == table


def test_rows_that_lead_to_a_dealer_follow_its_territory(alice, bob, charlie, territories) -> None:
    mine = ContactFactory(dealer=DealerFactory(territory=territories["CN-EAST-1"]))
    theirs = ContactFactory(dealer=DealerFactory(territory=territories["JP-KANTO-1"]))
    assert list(Dealer.objects.visible_to(alice)) == [mine.dealer]
    assert list(Contact.objects.visible_to(bob)) == [mine]
    assert list(Contact.objects.visible_to(charlie)) == [theirs]


def test_the_scope_is_read_once_a_request(alice, django_assert_num_queries) -> None:
    scope_of(alice)
    with django_assert_num_queries(0):
        scope_of(alice)
    with django_assert_num_queries(1):
        list(Dealer.objects.visible_to(alice))
