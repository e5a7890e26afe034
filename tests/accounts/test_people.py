"""Territories, assignments, handover and accounts: what the actions do and what the pages let through."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import actions
from accounts.choices import Role
from accounts.middleware import ProfileMiddleware
from accounts.models import Territory, TerritoryAssignment, User
from accounts.scope import forget, scope_of
from crm.base.models import Company
from tests.cast import TREE, sign_in
from tests.factories import LONG_AGO, AssignmentFactory, DealerFactory, TerritoryFactory, UserFactory

MARCH = dt.date(2026, 3, 1)
APRIL = dt.date(2026, 4, 1)
DAY = dt.timedelta(days=1)


def tree() -> dict[str, str | None]:
    """Each territory's parent by code, as the paths have it; a path that does not fit the parents is a failure."""
    by_path = {territory.path: territory for territory in Territory.objects.select_related("parent")}
    found = {}
    for path, territory in by_path.items():
        above = by_path.get(path[: -Territory.STEP])
        assert above == territory.parent, territory.code
        found[territory.code] = above.code if above else None
    return found


def periods(user: User) -> list[tuple[str, str, dt.date | None, dt.date | None]]:
    return sorted(
        (a.territory.code, a.role, a.period.lower, a.period.upper) for a in user.assignments.select_related("territory")
    )


# --- The tree -----------------------------------------------------------------------------------------------------------


def test_a_new_territory_comes_last_below_its_parent(territories) -> None:
    made = actions.create_territory(code="CN-EAST-3", name="Three", parent=territories["CN-EAST"])
    below = Territory.objects.within(territories["CN-EAST"]).values_list("code", flat=True)
    assert list(below) == ["CN-EAST", "CN-EAST-1", "CN-EAST-2", "CN-EAST-3"]
    assert made.depth == 3


def test_more_children_than_one_digit_holds(territories) -> None:
    for number in range(3, 75):
        actions.create_territory(code=f"CN-EAST-{number}", name=str(number), parent=territories["CN-EAST"])
    below = list(Territory.objects.within(territories["CN-EAST"]).values_list("code", flat=True))
    assert below == ["CN-EAST", *(f"CN-EAST-{number}" for number in range(1, 75))]


@pytest.mark.parametrize(
    ("moved", "to", "expected"),
    [
        ("CN-EAST", "JP", {"CN-EAST": "JP"}),
        ("CN-EAST-1", "ROOT", {"CN-EAST-1": "ROOT"}),
        ("JP", "CN-EAST-2", {"JP": "CN-EAST-2"}),
        ("CN", None, {"CN": None}),
        # To where it is already.
        ("CN", "ROOT", {}),
    ],
)
def test_moving_a_territory_takes_all_below_it(territories, moved, to, expected) -> None:
    actions.move_territory(territory=territories[moved], parent=territories[to] if to else None)
    assert tree() == {**TREE, **expected}


def test_moving_takes_one_statement_however_much_hangs_below(territories, django_assert_max_num_queries) -> None:
    for number in range(40):
        TerritoryFactory(code=f"X{number}", parent=territories["CN-EAST-2"])
    with django_assert_max_num_queries(9):
        actions.move_territory(territory=territories["CN-EAST"], parent=territories["JP"])
    # JP, JP-KANTO, JP-KANTO-1; CN-EAST, its two parts and the forty.
    assert Territory.objects.within(Territory.objects.get(code="JP")).count() == 46


@pytest.mark.parametrize("to", ["CN", "CN-EAST", "CN-EAST-1"])
def test_a_territory_never_becomes_a_part_of_itself(territories, to) -> None:
    with pytest.raises(actions.TerritoryLoop):
        actions.move_territory(territory=territories["CN"], parent=territories[to])
    assert tree() == TREE


def test_moving_changes_who_sees_it(territories, bob, charlie) -> None:
    AssignmentFactory(user=charlie, territory=territories["JP"])
    actions.move_territory(territory=territories["CN-EAST-1"], parent=territories["JP"])
    for user in (bob, charlie):
        forget(user)
    assert territories["CN-EAST-1"].pk not in scope_of(bob).roles
    assert territories["CN-EAST-1"].pk in scope_of(charlie).roles


def test_a_territory_in_use_is_not_closed_and_says_what_hangs_on_it(territories, alice) -> None:
    for _number in range(3):
        DealerFactory(territory=territories["CN-EAST-2"])
    with pytest.raises(actions.TerritoryInUse) as refusal:
        actions.close_territory(territory=territories["CN-EAST"], on=MARCH)
    assert dict(refusal.value.uses) == {"dealers": 3, "territory assignments": 1}
    assert Territory.objects.get(code="CN-EAST").active


def test_closing_takes_all_below_and_opening_all_above(territories) -> None:
    actions.close_territory(territory=territories["CN-EAST"], on=MARCH)
    closed = set(Territory.objects.filter(active=False).values_list("code", flat=True))
    assert closed == {"CN-EAST", "CN-EAST-1", "CN-EAST-2"}
    actions.reopen_territory(territory=Territory.objects.get(code="CN-EAST-1"))
    closed = set(Territory.objects.filter(active=False).values_list("code", flat=True))
    assert closed == {"CN-EAST-2"}


def test_an_ended_assignment_does_not_keep_a_territory_open(territories) -> None:
    AssignmentFactory(territory=territories["CN-EAST-2"], period=DateRange(LONG_AGO, MARCH))
    actions.close_territory(territory=territories["CN-EAST-2"], on=MARCH)
    assert not Territory.objects.get(code="CN-EAST-2").active


# --- Assignments ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actor", "role", "allowed"),
    [
        ("ada", Role.ADMINISTRATOR, True),
        ("ada", Role.DIRECTOR, True),
        ("ada", Role.REPRESENTATIVE, True),
        ("dora", Role.DIRECTOR, True),
        ("dora", Role.MANAGER, True),
        ("dora", Role.FINANCE, True),
        ("dora", Role.READ_ONLY, True),
        # An administrator may more than a director: no way round through an assignment.
        ("dora", Role.ADMINISTRATOR, False),
        ("bob", Role.REPRESENTATIVE, False),
        ("alice", Role.READ_ONLY, False),
    ],
)
def test_who_gives_which_role(request, territories, actor, role, allowed) -> None:
    given = {
        "actor": request.getfixturevalue(actor), "user": UserFactory(), "territory": territories["CN-EAST-1"],
        "role": role, "since": MARCH, "until": None,
    }  # fmt: skip
    if allowed:
        assert actions.assign(**given).pk
    else:
        with pytest.raises(actions.MayNotGrant):
            actions.assign(**given)


def test_nobody_gives_herself_a_territory(ada, territories) -> None:
    with pytest.raises(ValidationError, match="Nobody gives herself"):
        actions.assign(
            actor=ada, user=ada, territory=territories["CN"], role=Role.DIRECTOR, since=MARCH, until=None
        )  # fmt: skip


@pytest.mark.parametrize(
    ("since", "until", "clashes"),
    [(MARCH, None, True), (LONG_AGO - DAY, LONG_AGO, False), (LONG_AGO - DAY, LONG_AGO + DAY, True)],
)
def test_the_same_role_is_not_held_twice_at_a_time(ada, alice, territories, since, until, clashes) -> None:
    given = {"actor": ada, "user": alice, "territory": territories["CN-EAST-1"], "role": Role.REPRESENTATIVE}
    if clashes:
        with pytest.raises(ValidationError):
            actions.assign(**given, since=since, until=until)
        with pytest.raises(IntegrityError), transaction.atomic():
            AssignmentFactory(user=alice, territory=territories["CN-EAST-1"], period=DateRange(since, until))
    else:
        assert actions.assign(**given, since=since, until=until).pk


def test_cover_needs_an_end(ada, alice, charlie, territories) -> None:
    given = {
        "actor": ada, "user": charlie, "territory": territories["CN-EAST-1"], "role": Role.REPRESENTATIVE,
        "since": MARCH, "covers_for": alice,
    }  # fmt: skip
    with pytest.raises(ValidationError):
        actions.assign(**given, until=None)
    assert actions.assign(**given, until=APRIL).covers_for == alice


@pytest.mark.parametrize(
    ("since", "until", "on", "left"),
    [
        (LONG_AGO, None, MARCH, (LONG_AGO, MARCH)),
        (LONG_AGO, APRIL, MARCH, (LONG_AGO, MARCH)),
        # It ends earlier by itself.
        (LONG_AGO, MARCH, APRIL, (LONG_AGO, MARCH)),
        # It had not begun.
        (APRIL, None, MARCH, None),
        (MARCH, None, MARCH, None),
        (None, None, MARCH, (None, MARCH)),
    ],
)
def test_ending_an_assignment(ada, territories, since, until, on, left) -> None:
    assignment = AssignmentFactory(territory=territories["JP"], period=DateRange(since, until))
    actions.end_assignment(actor=ada, assignment=assignment, on=on)
    found = TerritoryAssignment.objects.filter(pk=assignment.pk).first()
    assert (found and (found.period.lower, found.period.upper)) == left


# --- Handover (somebody leaves) -------------------------------------------------------------------------------------------


def test_handover_passes_everything_on_in_one_step(ada, alice, territories) -> None:
    AssignmentFactory(user=alice, territory=territories["CN-EAST-2"], period=DateRange(APRIL, None))
    AssignmentFactory(user=alice, territory=territories["JP"], period=DateRange(LONG_AGO, MARCH))
    AssignmentFactory(user=alice, territory=territories["JP-KANTO"], period=DateRange(LONG_AGO, APRIL))
    successor = UserFactory()
    dealer = DealerFactory(territory=territories["CN-EAST-1"])
    done = actions.hand_over(actor=ada, leaver=alice, successor=successor, on=MARCH)
    assert len(done.passed) == 3
    rep = Role.REPRESENTATIVE.value
    assert periods(alice) == [
        ("CN-EAST-1", rep, LONG_AGO, MARCH),
        ("JP", rep, LONG_AGO, MARCH),
        ("JP-KANTO", rep, LONG_AGO, MARCH),
    ]
    assert periods(successor) == [
        ("CN-EAST-1", rep, MARCH, None),
        ("CN-EAST-2", rep, APRIL, None),
        ("JP-KANTO", rep, MARCH, APRIL),
    ]
    for day, sees in ((MARCH - DAY, (True, False)), (MARCH, (False, True))):
        for user, expected in zip((alice, successor), sees, strict=True):
            assert (dealer.territory_id in scope_of(user, on=day).roles) is expected


def test_handover_to_who_works_there_already_makes_nothing_twice(ada, alice, territories) -> None:
    successor = UserFactory()
    AssignmentFactory(user=successor, territory=territories["CN-EAST-1"])
    (passed,) = actions.hand_over(actor=ada, leaver=alice, successor=successor, on=MARCH).passed
    assert passed.already
    assert periods(successor) == [("CN-EAST-1", "REPRESENTATIVE", LONG_AGO, None)]
    assert periods(alice) == [("CN-EAST-1", "REPRESENTATIVE", LONG_AGO, MARCH)]


def test_a_refused_handover_changes_nothing(dora, ada, territories) -> None:
    """Dora may not pass on an administrator's role: all stays."""
    AssignmentFactory(user=ada, territory=territories["JP"])
    before = periods(ada)
    with pytest.raises(ValidationError):
        actions.hand_over(actor=dora, leaver=ada, successor=UserFactory(), on=MARCH)
    assert periods(ada) == before


def test_the_page_shows_what_would_happen_before_it_does(dora, alice, client_of, territories) -> None:
    successor = UserFactory(name="Sue")
    client, url = client_of(dora), reverse("accounts:user_handover", args=[alice.pk])
    answer = client.post(url, {"successor": successor.pk, "on": "2026-03-01", "note": "", "preview": "1"})
    assert "CN-EAST-1" in answer.content.decode()
    assert periods(alice) == [("CN-EAST-1", "REPRESENTATIVE", LONG_AGO, None)]
    client.post(url, {"successor": successor.pk, "on": "2026-03-01", "note": "moved away", "confirm": "1"})
    assert periods(alice) == [("CN-EAST-1", "REPRESENTATIVE", LONG_AGO, MARCH)]
    assert successor.assignments.get().note == "moved away"


# --- Administrators of a part ---------------------------------------------------------------------------------------------


@pytest.fixture
def cleo(territories) -> User:
    """Administrator of CN only."""
    user = UserFactory(name="Cleo", is_staff=True)
    AssignmentFactory(user=user, territory=territories["CN"], role=Role.ADMINISTRATOR)
    return user


def test_an_administrator_of_a_part_sees_and_changes_only_that(cleo, alice, charlie, dora, client_of) -> None:
    client = client_of(cleo)
    page = client.get(reverse("accounts:users")).content.decode()
    assert "alice@example.com" in page
    assert "charlie@example.com" not in page
    assert "dora@example.com" not in page
    assert client.get(reverse("accounts:user", args=[charlie.pk])).status_code == 404
    assert client.get(reverse("accounts:user_edit", args=[alice.pk])).status_code == 200
    assert client.get("/admin/accounts/user/").status_code == 403


def test_who_works_elsewhere_too_is_not_hers_to_change(cleo, alice, territories, client_of) -> None:
    AssignmentFactory(user=alice, territory=territories["JP"])
    client = client_of(cleo)
    assert client.post(reverse("accounts:user_deactivate", args=[alice.pk])).status_code == 403
    assert client.get(reverse("accounts:user", args=[alice.pk])).status_code == 200
    alice.refresh_from_db()
    assert alice.is_active


def test_ids_of_another_part_are_refused_in_forms(cleo, alice, charlie, territories, client_of) -> None:
    client = client_of(cleo)
    japan = territories["JP"]
    answers = [
        client.post(
            reverse("accounts:territory_create"), {"name": "X", "code": "X-1", "parent": japan.pk, "country": ""}
        ),
        client.post(reverse("accounts:territory_create"), {"name": "X", "code": "X-2", "parent": "", "country": ""}),
        client.post(
            reverse("accounts:territory_edit", args=[territories["CN-EAST"].pk]),
            {"name": "X", "code": "X-3", "parent": japan.pk, "country": ""},
        ),
        client.post(
            reverse("accounts:territory_assign", args=[territories["CN-EAST-1"].pk]),
            {"user": charlie.pk, "role": "REPRESENTATIVE", "since": "2026-03-01"},
        ),
        client.post(
            reverse("accounts:user_handover", args=[alice.pk]),
            {"successor": charlie.pk, "on": "2026-03-01", "confirm": "1"},
        ),
    ]
    assert [answer.status_code for answer in answers] == [422] * 5
    assert tree() == TREE
    assert client.post(
        reverse("accounts:territory_move", args=[territories["CN-EAST"].pk]), {"parent": japan.pk}
    ).status_code == 404  # fmt: skip
    client.post(reverse("accounts:territory_move", args=[territories["CN-EAST"].pk]), {"parent": ""})
    assert tree() == TREE


def test_handover_by_an_administrator_of_a_part_leaves_the_rest(cleo, alice, territories, client_of) -> None:
    AssignmentFactory(user=alice, territory=territories["JP"])
    successor = UserFactory()
    AssignmentFactory(user=successor, territory=territories["CN-EAST-2"])
    data = {"successor": successor.pk, "on": "2026-03-01", "confirm": "1"}
    client_of(cleo).post(reverse("accounts:user_handover", args=[alice.pk]), data)
    assert ("JP", "REPRESENTATIVE", LONG_AGO, None) in periods(alice)
    assert {code for code, *_rest in periods(successor)} == {"CN-EAST-1", "CN-EAST-2"}


# --- Pages ----------------------------------------------------------------------------------------------------------------


def test_a_move_can_be_undone(dora, territories, client_of) -> None:
    client, pk = client_of(dora), territories["CN-EAST"].pk
    data = {"name": "East", "code": "CN-EAST", "parent": territories["JP"].pk, "country": ""}
    page = client.post(reverse("accounts:territory_edit", args=[pk]), data, follow=True).content.decode()
    assert tree() == {**TREE, "CN-EAST": "JP"}
    undo = f"{reverse('accounts:territory_move', args=[pk])}?parent={territories['CN'].pk}"
    assert undo in page.replace("&amp;", "&")
    client.post(undo, {"next": "/"})
    assert tree() == TREE


def test_closing_an_account_can_be_undone(ada, alice, client_of) -> None:
    client = client_of(ada)
    page = client.post(reverse("accounts:user_deactivate", args=[alice.pk]), follow=True).content.decode()
    undo = reverse("accounts:user_reactivate", args=[alice.pk])
    assert undo in page
    client.post(undo)
    alice.refresh_from_db()
    assert alice.is_active


def test_nobody_closes_her_own_account(ada, client_of) -> None:
    client_of(ada).post(reverse("accounts:user_deactivate", args=[ada.pk]))
    ada.refresh_from_db()
    assert ada.is_active


def test_only_a_superuser_changes_a_superuser(ada, client_of) -> None:
    root = UserFactory(is_superuser=True)
    client = client_of(ada)
    assert client.get(reverse("accounts:user_edit", args=[root.pk])).status_code == 403
    assert client.post(reverse("accounts:user_deactivate", args=[root.pk])).status_code == 403


def test_nobody_reports_to_somebody_below_her(ada, alice, bob, client_of) -> None:
    alice.manager = bob
    alice.save()
    data = {"email": bob.email, "name": "Bob", "manager": alice.pk, "language": "en"}
    answer = client_of(ada).post(reverse("accounts:user_edit", args=[bob.pk]), data)
    assert answer.status_code == 422
    assert "manager" in answer.context["form"].errors


def test_an_address_is_there_once_whatever_its_case(ada, alice, client_of) -> None:
    data = {"email": "ALICE@example.com", "name": "Other", "language": "en"}
    answer = client_of(ada).post(reverse("accounts:user_create"), data)
    assert answer.status_code == 422
    assert User.objects.filter(email__iexact="alice@example.com").count() == 1


def test_the_list_of_users_pages_by_keys_both_ways(ada, client_of) -> None:
    for number in range(120):
        UserFactory(name=f"Same name {number // 60}")
    client, url = client_of(ada), reverse("accounts:users")
    forth: list[int] = []
    last = None
    while url:
        last = client.get(url)
        forth += [row["user"].pk for row in last.context["rows"]]
        url = last.context["next_url"]
    expected = list(User.objects.order_by("name", "pk").values_list("pk", flat=True))
    assert forth == expected
    back: list[int] = [row["user"].pk for row in last.context["rows"]]
    url = last.context["previous_url"]
    while url:
        last = client.get(url)
        back = [row["user"].pk for row in last.context["rows"]] + back
        url = last.context["previous_url"]
    assert back == expected


@pytest.mark.parametrize("name", ["accounts:users", "accounts:territories", "audit:list"])
def test_lists_ask_the_same_number_of_questions_however_long(ada, client_of, territories, name) -> None:
    client = client_of(ada)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(name)).status_code == 200
        return len(queries)

    count()
    few = count()
    for number in range(15):
        AssignmentFactory(territory=TerritoryFactory(code=f"N-{number}", parent=territories["CN"]))
    # New territories are new to everybody's scope: read once more, then kept.
    count()
    assert count() <= few


def test_the_profile_rules_language_and_time(alice, client_of, settings) -> None:
    client = client_of(alice)
    data = {"name": "Alice", "phone": "", "language": "ja", "time_zone": "Asia/Tokyo", "theme": "DARK"}
    response = client.post(reverse("accounts:profile"), data)
    assert response.cookies[settings.LANGUAGE_COOKIE_NAME].value == "ja"
    page = client.get(reverse("accounts:profile"))
    assert page.headers["Content-Language"] == "ja"
    assert 'lang="ja"' in page.content.decode()
    alice.refresh_from_db()
    assert (alice.time_zone, alice.theme) == ("Asia/Tokyo", "DARK")


def test_an_unknown_time_zone_is_refused(alice, client_of) -> None:
    data = {"name": "Alice", "language": "en", "time_zone": "Mars/Base", "theme": "AUTO"}
    assert client_of(alice).post(reverse("accounts:profile"), data).status_code == 422


def test_times_are_shown_in_the_users_zone_else_the_companys(alice, rf, settings) -> None:
    company = Company.get()
    company.time_zone = "Asia/Seoul"
    company.save()
    seen = []

    def answer(request):
        seen.append(timezone.get_current_timezone_name())
        return HttpResponse()

    for zone in ("", "Europe/Paris"):
        alice.time_zone = zone
        request = rf.get("/")
        request.user = alice
        request.COOKIES[settings.SESSION_COOKIE_NAME] = "x"
        ProfileMiddleware(answer)(request)
    assert seen == ["Asia/Seoul", "Europe/Paris"]
    assert timezone.get_current_timezone_name() == "UTC"


def test_the_language_of_the_profile_wins_over_the_browsers(alice, client_of, settings) -> None:
    alice.language = "ko"
    alice.save()
    response = client_of(alice).get(reverse("accounts:profile"), headers={"Accept-Language": "ja"})
    assert response.headers["Content-Language"] == "ko"
    assert response.cookies[settings.LANGUAGE_COOKIE_NAME].value == "ko"


@pytest.mark.parametrize(
    ("data", "status", "expected"),
    [
        ({"theme": "DARK"}, 302, ("DARK", "en")),
        ({"language": "ja"}, 302, ("AUTO", "ja")),
        ({"theme": "PINK"}, 422, ("AUTO", "en")),
        ({"language": "xx"}, 422, ("AUTO", "en")),
    ],
)
def test_appearance_from_the_menu(alice, client_of, data, status, expected) -> None:
    assert client_of(alice).post(reverse("accounts:appearance"), data).status_code == status
    alice.refresh_from_db()
    assert (alice.theme, alice.language) == expected


def test_the_menu_sends_nobody_to_another_site(alice, client_of) -> None:
    data = {"theme": "DARK", "next": "https://elsewhere.example/"}
    response = client_of(alice).post(reverse("accounts:appearance"), data)
    assert response.headers["Location"] == "/"


def test_charlie_gets_404_for_what_he_does_not_see(charlie, territories, client_of) -> None:
    client = client_of(charlie)
    assert client.get(reverse("accounts:territory", args=[territories["CN-EAST-1"].pk])).status_code == 404
    assert client.get(reverse("accounts:territory", args=[territories["JP-KANTO-1"].pk])).status_code == 200


def test_an_empty_tree_says_how_to_begin(db) -> None:
    client = sign_in(Client(), UserFactory(is_superuser=True))
    assert "No territories yet" in client.get(reverse("accounts:territories")).content.decode()
