"""Each figure of the results opens into as many rows as it says, and page and file hold the same."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.choices import Role
from accounts.models import Territory, User
from crm.base.models import Company
from crm.base.periods import add_months
from tests.factories import AssignmentFactory, DealerFactory, UserFactory
from tests.visits.factories import VisitFactory, made_visit
from visits.models import Finding, TimeEntry, VisitExport
from visits.results import Results

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture
def today() -> dt.date:
    """Of the month, so that days before it are in it."""
    return Company.get().today()


@pytest.fixture
def month(today: dt.date) -> dt.date:
    return add_months(today.replace(day=1), -1)


@pytest.fixture
def colleague(territories: dict[str, Territory]) -> User:
    user = UserFactory(name="Colleague")
    AssignmentFactory(user=user, territory=territories["CN-EAST-2"], role=Role.REPRESENTATIVE)
    return user


@pytest.fixture
def a_month(
    alice: User, bob: User, charlie: User, colleague: User, territories: dict[str, Territory], month: dt.date
) -> dt.date:
    """Last month: two representatives of Bob's, every kind of visit, and Alice at a dealer whom Bob does not lead."""
    east, north, kanto = (territories[code] for code in ("CN-EAST-1", "CN-EAST-2", "JP-KANTO-1"))
    a = DealerFactory(territory=east, tier="A", name="Ant", customer_since=dt.date(2020, 1, 1))
    b = DealerFactory(territory=east, tier="B", name="Bee", customer_since=dt.date(2020, 1, 1))
    DealerFactory(territory=east, tier="C", name="Cat")
    prospect = DealerFactory(territory=north, status="PROSPECT", name="Dog")
    won = DealerFactory(territory=north, tier="A", name="Elk", customer_since=month + dt.timedelta(days=10))
    day = month + dt.timedelta(days=1)
    first = made_visit(dealer=a, user=alice, on=day, order_amount=Decimal(500))
    made_visit(dealer=a, user=alice, on=day + dt.timedelta(days=7), why="OFF_PLAN")
    made_visit(dealer=b, user=alice, on=day, means="PHONE", order_amount=Decimal(0))
    made_visit(dealer=prospect, user=colleague, on=day, order_amount=Decimal(70))
    made_visit(dealer=won, user=colleague, on=day, kind="JOINT", companion=bob)
    made_visit(dealer=won, user=colleague, on=month + dt.timedelta(days=20))
    made_visit(dealer=a, user=bob, on=day, kind="EXECUTIVE")
    made_visit(dealer=DealerFactory(territory=kanto), user=alice, on=day, order_amount=Decimal(9000))
    VisitFactory(dealer=b, user=alice, on=day + dt.timedelta(days=3), state="MISSED")
    VisitFactory(dealer=b, user=alice, on=day + dt.timedelta(days=4), state="SKIPPED", skip_reason="CLOSED")
    VisitFactory(dealer=b, user=alice, on=day + dt.timedelta(days=5), state="SKIPPED", skip_reason="DEFERRED")
    # Nobody closed this day yet: it counts as missed.
    VisitFactory(dealer=a, user=colleague, on=day + dt.timedelta(days=6))
    at = timezone.make_aware(dt.datetime.combine(day, dt.time(12)))
    for kind, days in (("LATENT", 2), ("LATENT", None), ("STATED", 10)):
        Finding.objects.create(
            visit=first, dealer=a, kind=kind, text="Shelf", created_at=at, area="DISPLAY",
            **({"state": "SOLVED", "cause": "late", "solution": "earlier", "solved_at": at + dt.timedelta(days=days)} if days else {}),
        )  # fmt: skip
    TimeEntry.objects.create(user=alice, on=day, category="SELLING", minutes=90, visit=first)
    TimeEntry.objects.create(user=alice, on=day, category="TRAVEL", minutes=30)
    TimeEntry.objects.create(user=colleague, on=day, category="TRAVEL", minutes=45)
    return month


COUNTED = ("planned", "kept", "missed", "left_out", "off_plan", "done", "ordered", "in_person", "existing", "prospects", "joint")  # fmt: skip


def asked(month: dt.date, **values: Any) -> dict[str, Any]:
    return {"month": f"{month:%Y-%m}", **values}


def test_the_figures(a_month: dt.date, alice: User, bob: User, colleague: User, client_of: ClientOf) -> None:
    """What Bob may look at: without Alice's visit in Kanto, without his own."""
    total = client_of(bob).get(reverse("visits:results"), asked(a_month)).context["total"]
    assert {key: getattr(total, key) for key in COUNTED} == {
        "planned": 8, "kept": 5, "missed": 2, "left_out": 1, "off_plan": 1, "done": 6, "ordered": 2, "in_person": 5,
        "existing": 4, "prospects": 2, "joint": 1,
    }  # fmt: skip
    assert total.planned == total.kept + total.missed + total.left_out
    assert total.done == total.kept + total.off_plan == total.existing + total.prospects
    assert total.order_amount == 570
    assert [(cover.assigned, cover.visited) for cover in total.coverage_abc] == [(2, 2), (1, 1), (1, 0)]
    assert (total.issues.found, total.issues.latent, total.issues.open, total.issues.solved) == (3, 2, 1, 2)
    # Two and ten days: the median lies between.
    assert total.issues.median_days == pytest.approx(6)


@pytest.mark.parametrize("what", COUNTED)
def test_a_figure_is_as_large_as_its_rows_are_many(
    what: str, a_month: dt.date, alice: User, bob: User, dora: User, client_of: ClientOf
) -> None:
    for reader in (bob, dora):
        client = client_of(reader)
        answer = client.get(reverse("visits:results"), asked(a_month))
        found = Results([alice], a_month, add_months(a_month, 1), today=Company.get().today(), scope=None)
        behind = client.get(reverse("visits:behind"), asked(a_month, what=what)).context
        assert len(behind["sheet"].rows) == behind["sums"]["visits"] == getattr(answer.context["total"], what)
        if reader == dora:
            hers = client.get(reverse("visits:behind"), asked(a_month, what=what, person=alice.pk)).context
            assert len(hers["sheet"].rows) == getattr(found.rows[0], what)


def test_orders_add_up(a_month: dt.date, bob: User, client_of: ClientOf) -> None:
    client = client_of(bob)
    total = client.get(reverse("visits:results"), asked(a_month, view="gain")).context["total"]
    sums = client.get(reverse("visits:behind"), asked(a_month, what="ordered")).context["sums"]
    assert sums["orders"] == total.order_amount == 570


@pytest.mark.parametrize(("tier", "state", "names"), [
    ("A", "", ["Ant", "Elk"]), ("A", "visited", ["Ant", "Elk"]), ("C", "", ["Cat"]), ("C", "visited", []),
    ("", "waiting", ["Cat"]),
])  # fmt: skip
def test_dealers_behind_the_coverage(
    tier: str, state: str, names: list[str], a_month: dt.date, bob: User, client_of: ClientOf
) -> None:
    shown = client_of(bob).get(reverse("visits:covered"), asked(a_month, tier=tier, state=state)).context["sheet"]
    assert sorted(row[1].value for row in shown.rows) == names


@pytest.mark.parametrize(("what", "number"), [("all", 3), ("latent", 2), ("stated", 1), ("open", 1), ("solved", 2)])
def test_issues_behind(what: str, number: int, a_month: dt.date, bob: User, client_of: ClientOf) -> None:
    context = client_of(bob).get(reverse("visits:issues"), asked(a_month, what=what)).context
    assert len(context["sheet"].rows) == context["counted"] == number


def test_time_adds_up_by_person_and_activity(a_month: dt.date, alice: User, bob: User, client_of: ClientOf) -> None:
    client = client_of(bob)
    sheet = client.get(reverse("visits:time"), asked(a_month)).context["sheet"]
    keys = [column.key for column in sheet.columns]
    rows = {row[0].value: dict(zip(keys, (cell.value for cell in row), strict=True)) for row in sheet.rows}
    assert (rows["Alice"]["SELLING"], rows["Alice"]["TRAVEL"], rows["Alice"]["sum"]) == (1.5, 0.5, 2.0)
    sums = dict(zip(keys, (cell.value for cell in sheet.total), strict=True))
    assert (sums["TRAVEL"], sums["sum"]) == (1.25, 2.75)
    behind = client.get(reverse("visits:time"), asked(a_month, category="TRAVEL")).context
    assert [cell.value for row in behind["sheet"].rows for cell in row[3:4]] == [45, 30]
    assert behind["sums"]["minutes"] == 75
    hers = client.get(reverse("visits:time"), asked(a_month, person=alice.pk)).context
    assert hers["sums"]["minutes"] == 120


def test_the_calendar_has_the_same_sums_and_each_day_its_visits(
    a_month: dt.date, bob: User, client_of: ClientOf
) -> None:
    client = client_of(bob)
    context = client.get(reverse("visits:days"), asked(a_month)).context
    sums = {key: number for key, number, _url in context["sums"]}
    assert sums == {"done": 6, "missed": 2, "left_out": 1, "coming": 0}
    days = [day for week in context["weeks"] for day in week]
    assert sum(day.counts["done"] for day in days) == 6
    (busy,) = [day for day in days if day.counts["done"] == 4]
    shown = client.get(reverse("visits:behind"), asked(a_month, what="done", day=busy.on.isoformat())).context
    assert len(shown["sheet"].rows) == 4


def test_dots_of_the_map_are_dealers_with_their_visits(
    a_month: dt.date, bob: User, territories: dict[str, Territory], alice: User, client_of: ClientOf
) -> None:
    here = DealerFactory(territory=territories["CN-EAST-1"], name="Here", latitude=31.2, longitude=121.4)
    far = DealerFactory(territory=territories["CN-EAST-1"], name="Far", latitude=45, longitude=130)
    for dealer, times in ((here, 2), (far, 1)):
        for number in range(times):
            made_visit(dealer=dealer, user=alice, on=a_month + dt.timedelta(days=number))
    client = client_of(bob)
    address = reverse("visits:results_points")
    every = client.get(address, asked(a_month)).json()["features"]
    assert [feature["properties"]["name"] for feature in every] == ["Here", "Far"]
    assert "2" in every[0]["properties"]["text"]
    near = client.get(address, asked(a_month, bbox="121,31,122,32")).json()["features"]
    assert [feature["properties"]["name"] for feature in near] == ["Here"]
    assert len(client.get(address, asked(a_month, bbox="nowhere")).json()["features"]) == 2
    assert client.get(address, asked(a_month, what="missed")).json()["features"] == []
    assert client.get(reverse("visits:results_map"), asked(a_month)).context["bounds"].startswith("121.35")


PAGES = [
    ("results", {}), ("results", {"view": "gain"}), ("behind", {"what": "done"}), ("covered", {}), ("issues", {}),
    ("time", {}), ("time", {"category": "TRAVEL"}), ("leaders", {}), ("leader_coverage", {}), ("promises", {}),
]  # fmt: skip


def file_of(client: Client, address: str, values: dict[str, str], format: str = "csv") -> Any:
    """Take the rows of a page out as a file."""
    return client.post(f"{address}?{urlencode(values)}", {"format": format})


def read(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize(("page", "values"), PAGES)
def test_a_file_holds_what_the_page_shows(
    page: str, values: dict[str, str], a_month: dt.date, bob: User, client_of: ClientOf
) -> None:
    client, address = client_of(bob), reverse(f"visits:{page}")
    sheet = client.get(address, asked(a_month, **values)).context.get("sheet")
    head, *lines = read(file_of(client, address, asked(a_month, **values), "csv"))
    if page != "leaders":
        assert head == [column.head for column in sheet.columns]
        assert len(lines) == len(sheet.rows) + (sheet.total is not None)
        at = [number for number, column in enumerate(sheet.columns) if column.kind.value in ("text", "count")]
        assert [[line[number] for number in at] for line in lines[: len(sheet.rows)]] == [
            ["" if row[number].value is None else str(row[number].value) for number in at] for row in sheet.rows
        ]
    book = b"".join(file_of(client, address, asked(a_month, **values), "xlsx").streaming_content)
    assert "xl/worksheets/sheet1.xml" in zipfile.ZipFile(io.BytesIO(book)).namelist()


def test_no_cell_of_a_file_is_a_formula(a_month: dt.date, alice: User, bob: User, client_of: ClientOf) -> None:
    alice.name = '=HYPERLINK("http://evil.example")'
    alice.save()
    client = client_of(bob)
    lines = read(file_of(client, reverse("visits:results"), asked(a_month), "csv"))
    assert [line[0] for line in lines if "HYPERLINK" in line[0]] == ["'" + alice.name]
    book = b"".join(file_of(client, reverse("visits:results"), asked(a_month), "xlsx").streaming_content)
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


def test_exports_are_written_down_and_a_day_has_a_limit(
    a_month: dt.date, bob: User, client_of: ClientOf, settings: Any
) -> None:
    client, address = client_of(bob), reverse("visits:behind")
    settings.EXPORT_ROWS_A_DAY = 9
    assert file_of(client, address, asked(a_month), "csv").status_code == 200
    kept = VisitExport.objects.get()
    assert (kept.user, kept.format, kept.rows) == (bob, "CSV", 6)
    assert f"month={a_month:%Y-%m}" in kept.query
    refused = file_of(client, address, asked(a_month), "xlsx")
    assert (refused.status_code, refused.url) == (302, f"{address}?month={a_month:%Y-%m}")
    assert VisitExport.objects.count() == 1
    # Three more rows are left.
    assert file_of(client, address, asked(a_month, what="missed"), "csv").status_code == 200


def test_what_dealers_were_exported_counts_too(a_month: dt.date, bob: User, client_of: ClientOf, settings: Any) -> None:
    from dealers.models import DealerExport

    settings.EXPORT_ROWS_A_DAY = 9
    DealerExport.objects.create(user=bob, format="CSV", columns=["name"], rows=5)
    assert file_of(client_of(bob), reverse("visits:behind"), asked(a_month), "csv").status_code == 302


def test_an_export_stands_in_the_history(a_month: dt.date, bob: User, dora: User, client_of: ClientOf) -> None:
    file_of(client_of(bob), reverse("visits:issues"), asked(a_month), "csv")
    shown = client_of(dora).get(reverse("audit:list")).content.decode()
    assert "Bob exported 3 rows of visits (CSV)" in shown


def test_who_may_look_but_not_export_gets_no_file(
    a_month: dt.date, alice: User, territories: dict[str, Territory], client_of: ClientOf, monkeypatch: Any
) -> None:
    from accounts import rights

    bare = UserFactory(name="Bare")
    AssignmentFactory(user=bare, territory=territories["CN-EAST"], role=Role.READ_ONLY)
    held = dict(rights.ROLE_RIGHTS) | {Role.READ_ONLY: frozenset({rights.Right.VIEW_TEAM})}
    monkeypatch.setattr("accounts.scope.ROLE_RIGHTS", held)
    client = client_of(bare)
    assert client.get(reverse("visits:results"), asked(a_month)).status_code == 200
    assert file_of(client, reverse("visits:results"), asked(a_month), "csv").status_code == 403
    assert file_of(client, reverse("visits:behind"), asked(a_month), "csv").status_code == 403


def test_a_file_leaves_out_where_she_may_not_export(
    a_month: dt.date, bob: User, territories: dict[str, Territory], client_of: ClientOf, monkeypatch: Any
) -> None:
    """Bob looks at Kanto as well, but may not take anything out of it."""
    from accounts import rights

    AssignmentFactory(user=bob, territory=territories["JP-KANTO"], role=Role.READ_ONLY)
    held = dict(rights.ROLE_RIGHTS) | {Role.READ_ONLY: frozenset({rights.Right.VIEW_TEAM})}
    monkeypatch.setattr("accounts.scope.ROLE_RIGHTS", held)
    client = client_of(bob)
    assert client.get(reverse("visits:behind"), asked(a_month)).context["sums"]["visits"] == 7
    assert len(read(file_of(client, reverse("visits:behind"), asked(a_month), "csv"))) == 1 + 6


def test_a_wrong_kind_of_file_is_refused(a_month: dt.date, bob: User, client_of: ClientOf) -> None:
    assert file_of(client_of(bob), reverse("visits:results"), asked(a_month), "exe").status_code == 400


@pytest.mark.parametrize("page", ["results", "behind", "covered", "issues", "time", "days", "results_map", "leaders"])
def test_nonsense_in_an_address_is_no_error(page: str, a_month: dt.date, bob: User, client_of: ClientOf) -> None:
    nonsense = {
        "month": "0000-99", "months": "-3", "what": "'", "tier": "Z", "person": "x", "day": "1", "after": "999999999999",
        "from": "-1", "page": "²", "state": "?", "category": "?",
    }  # fmt: skip
    assert client_of(bob).get(reverse(f"visits:{page}"), nonsense).status_code == 200


def test_no_address_alone_takes_a_file_out(a_month: dt.date, bob: User, client_of: ClientOf) -> None:
    """A link or a picture on another site is a GET, and its form has no token."""
    client = client_of(bob)
    client.handler.enforce_csrf_checks = True
    for page, values in PAGES:
        address = reverse(f"visits:{page}")
        shown = client.get(address, asked(a_month, format="csv", **values))
        assert shown.headers["Content-Type"].startswith("text/html")
        assert file_of(client, address, asked(a_month, **values)).status_code == 403
    assert not VisitExport.objects.exists()


def test_what_visits_were_exported_counts_for_dealers(
    a_month: dt.date, bob: User, client_of: ClientOf, settings: Any
) -> None:
    from dealers.models import DealerExport

    settings.EXPORT_ROWS_A_DAY = 9
    client = client_of(bob)
    assert file_of(client, reverse("visits:behind"), asked(a_month)).status_code == 200
    # Three rows are left, and the list has more dealers.
    assert client.post(reverse("dealers:export"), {"format": "CSV"}).status_code == 302
    assert not DealerExport.objects.exists()
