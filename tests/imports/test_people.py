"""Territories, users and assignments."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Territory, TerritoryAssignment, User
from accounts.scope import forget, scope_of
from crm.imports import actions
from crm.imports.choices import ImportState
from tests.imports.conftest import counts
from tests.imports.test_dealers import refusals

TREE = "code,name,part of,country\nKR-SEOUL,서울,KR,KR\nKR,Korea,ROOT,KR\n"


def test_the_tree_grows_in_any_order(bring, territories):
    run = bring("territories", TREE)
    assert counts(run) == (2, 0, 0, 0)
    seoul = Territory.objects.get(code="KR-SEOUL")
    assert seoul.path.startswith(seoul.parent.path)
    assert seoul.parent.path.startswith(territories["ROOT"].path)
    assert counts(bring("territories", TREE)) == (0, 0, 2, 0)


def test_a_territory_moves_with_all_below_it(bring):
    run = bring("territories", "code,part of\nCN-EAST,JP\n")
    assert counts(run) == (0, 1, 0, 0)
    below = Territory.objects.get(code="CN-EAST-1")
    assert below.path.startswith(Territory.objects.get(code="JP").path)
    actions.ask_undo(run)
    actions.undo(run.pk, at=timezone.now())
    run.refresh_from_db()
    assert (run.state, run.rows_kept) == (ImportState.UNDONE, 0)
    below.refresh_from_db()
    assert below.path.startswith(Territory.objects.get(code="CN").path)


def test_circles_are_refused(bring):
    run = bring("territories", "code,part of\nCN,CN-EAST\n")
    assert refusals(run) == {2: [("parent", "LOOP")]}
    run = bring("territories", "code,name,part of\nA,a,B\nB,b,A\n")
    assert refusals(run) == {2: [("parent", "LOOP")], 3: [("parent", "LOOP")]}


def test_a_director_of_a_part_plants_no_roots(bring, bob):
    bob.assignments.update(role="DIRECTOR")
    forget(bob)
    run = bring("territories", "code,name,part of\nA,a,\nB,b,JP\nC,c,CN-EAST\n", user=bob)
    assert counts(run) == (1, 0, 0, 2)
    assert refusals(run) == {2: [("parent", "NEW_ROOT")], 3: [("parent", "SCOPE")]}


def test_new_users_cannot_sign_in_with_a_password(bring):
    run = bring("users", "e-mail,name,staff number,reports to\nRep@X.com,Rep,2,boss@x.com\nboss@x.com,Boss,1,\n")
    assert counts(run) == (2, 0, 0, 0)
    rep = User.objects.get(email="rep@x.com")
    assert rep.manager.name == "Boss"
    assert not rep.has_usable_password()
    assert (rep.is_active, rep.is_staff, rep.is_superuser) == (True, False, False)
    assert counts(bring("users", "e-mail,name,reports to\nrep@x.com,Rep,1\n")) == (0, 0, 1, 0)
    actions.ask_undo(run)
    actions.undo(run.pk, at=timezone.now())
    assert not User.objects.filter(email__endswith="@x.com").exists()


def test_a_staff_number_belongs_to_one_person(bring, alice):
    User.objects.filter(pk=alice.pk).update(staff_code="7")
    run = bring("users", "e-mail,name,staff number\na@x.com,A,7\nb@x.com,B,8\nc@x.com,C,8\n")
    assert refusals(run) == {
        2: [("staff_code", "STAFF_CODE_TAKEN")],
        3: [("staff_code", "STAFF_CODE_TAKEN")],
        4: [("staff_code", "STAFF_CODE_TAKEN")],
    }


def test_an_administrator_changes_no_superuser_and_not_her_own_standing(bring, ada):
    User.objects.create_superuser("root@x.com", "a-long-password-indeed", name="Root")
    run = bring("users", f"e-mail,name,active\nroot@x.com,Mine,yes\n{ada.email},Ada,no\n", user=ada)
    assert refusals(run) == {2: [("email", "SUPERUSER")], 3: [("is_active", "OWN_ACCOUNT")]}


ASSIGNMENTS = (
    "user,territory,role,from,last day\nrory@example.com,CN-EAST-2,sales representative,2026-01-01,2026-03-31\n"
)


def test_assignments_open_territories_from_day_to_day(bring, rory, territories):
    assert counts(bring("assignments", ASSIGNMENTS)) == (1, 0, 0, 0)
    made = TerritoryAssignment.objects.get(user=rory, territory=territories["CN-EAST-2"])
    assert (made.period.lower, made.period.upper) == (dt.date(2026, 1, 1), dt.date(2026, 4, 1))
    assert counts(bring("assignments", ASSIGNMENTS)) == (0, 0, 1, 0)
    longer = bring("assignments", ASSIGNMENTS.replace("2026-03-31", "2026-06-30"))
    assert counts(longer) == (0, 1, 0, 0)
    made.refresh_from_db()
    assert made.period.upper == dt.date(2026, 7, 1)
    forget(rory)
    assert territories["CN-EAST-2"].pk in scope_of(rory, on=dt.date(2026, 6, 30)).territory_ids
    actions.ask_undo(longer)
    actions.undo(longer.pk, at=timezone.now())
    made.refresh_from_db()
    assert made.period.upper == dt.date(2026, 4, 1)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("rory@example.com,CN-EAST-2,manager,2026-02-01,2026-01-01", ("until", "ENDS_BEFORE")),
        ("nobody@x.com,CN-EAST-2,manager,2026-02-01,", ("user", "UNKNOWN")),
        ("rory@example.com,CN,read only,2026-02-01,", ("since", "OVERLAP")),
    ],
)
def test_assignments_that_cannot_be(bring, rory, row, fault):
    run = bring("assignments", f"user,territory,role,from,last day\n{row}\n")
    assert fault in refusals(run)[2]


def test_nobody_grants_by_a_file_what_she_may_not_grant_by_hand(bring, dora, rory):
    run = bring(
        "assignments",
        "user,territory,role,from\nrory@example.com,CN,administrator,2026-01-01\n"
        "dora@example.com,JP,manager,2026-01-01\nrory@example.com,CN,sales representative,2026-01-01\n",
        user=dora,
    )
    assert refusals(run) == {2: [("role", "MAY_NOT_GRANT")], 3: [("user", "OWN_TERRITORY")]}
    assert run.rows_new == 1
