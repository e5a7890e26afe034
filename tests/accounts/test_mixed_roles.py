"""Who manages one territory and only reads or sells in another holds a manager's rights in the first one only."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.choices import Role
from accounts.history import Question, page
from accounts.models import TerritoryAssignment, User
from accounts.rights import Right
from accounts.scope import forget, scope_of
from crm.base.models import Company
from dealers.cells import Drawing
from dealers.columns import columns_for
from dealers.filters import Asked, ListState
from dealers.listing import read_page
from dealers.models import Dealer, DealerExport
from tests.factories import AssignmentFactory, DealerFactory, UserFactory


@pytest.fixture
def mia(territories) -> User:
    """Manager of CN-EAST, and may only read in JP."""
    user = UserFactory(name="Mia", language="en")
    AssignmentFactory(user=user, territory=territories["CN-EAST"], role=Role.MANAGER)
    AssignmentFactory(user=user, territory=territories["JP"], role=Role.READ_ONLY)
    return user


@pytest.fixture
def near(territories) -> Dealer:
    return DealerFactory(
        name="Near", code="N-1", territory=territories["CN-EAST-1"], balance=Decimal(111), overdue_amount=Decimal(11)
    )


@pytest.fixture
def far(territories) -> Dealer:
    return DealerFactory(
        name="Far", code="F-1", territory=territories["JP-KANTO-1"], balance=Decimal(999), overdue_amount=Decimal(99)
    )


def read_csv(response) -> list[list[str]]:
    body = b"".join(response.streaming_content)
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))


# --- The rule itself ------------------------------------------------------------------------------------------------------


def test_a_scope_is_narrowed_to_where_the_right_is_held(mia, territories) -> None:
    scope = scope_of(mia)
    assert set(scope.where(Right.EXPORT).roles) == {
        territories[code].pk for code in ("CN-EAST", "CN-EAST-1", "CN-EAST-2")
    }
    assert scope.where().roles == scope.roles
    assert scope.where(Right.MANAGE_USERS).roles == {}
    assert scope.where(Right.EXPORT, Right.IMPORT).roles == {}


def test_two_roles_on_one_territory_add_up(mia, territories) -> None:
    AssignmentFactory(user=mia, territory=territories["JP-KANTO"], role=Role.FINANCE)
    forget(mia)
    assert territories["JP-KANTO-1"].pk in scope_of(mia).where(Right.EXPORT).roles
    assert territories["JP"].pk not in scope_of(mia).where(Right.EXPORT).roles


def test_everything_stays_everything_only_where_the_right_is_held_everywhere(dora, rory, territories) -> None:
    assert scope_of(dora).where(Right.EXPORT).everything
    reader = UserFactory()
    AssignmentFactory(user=reader, territory=territories["ROOT"], role=Role.READ_ONLY)
    AssignmentFactory(user=reader, territory=territories["CN"], role=Role.MANAGER)
    assert scope_of(reader).everything
    assert not scope_of(reader).where(Right.EXPORT).everything
    assert Dealer.objects.visible_to(reader, rights=[Right.EXPORT]).count() == 0


def test_a_superuser_holds_all_rights_everywhere(territories) -> None:
    assert scope_of(UserFactory(is_superuser=True)).where(*Right).everything


# --- History --------------------------------------------------------------------------------------------------------------


def test_the_history_of_changes_leaves_out_where_it_may_not_be_read(mia, near, far) -> None:
    entries, _cursor = page(mia, Question(kind="dealers.dealer"), after={}, limit=10)
    assert [entry.sentence for entry in entries] == ["The system created the dealer “Near”"]


def test_so_do_its_page_and_its_file(client_of, mia, near, far) -> None:
    client = client_of(mia)
    log = client.get(reverse("audit:list"), {"kind": "dealers.dealer"}).content.decode()
    assert "“Near”" in log
    assert "“Far”" not in log
    rows = read_csv(client.get(reverse("audit:export"), {"kind": "dealers.dealer"}))
    assert any("“Near”" in cell for row in rows for cell in row)
    assert not any("“Far”" in cell for row in rows for cell in row)


def test_people_territories_and_exports_too(client_of, mia, charlie, alice, territories) -> None:
    for user in (alice, charlie):
        DealerExport.objects.create(user=user, format="CSV", columns=[], rows=1)
    told = [entry.sentence for entry in page(mia, Question(), after={}, limit=200)[0]]
    assert any("“Alice”" in sentence for sentence in told)
    assert not any("Charlie" in sentence for sentence in told)
    assert any("“CN-EAST-1”" in sentence for sentence in told)
    assert not any("“JP-KANTO-1”" in sentence for sentence in told)
    assert any(sentence.startswith("Alice exported") for sentence in told)


def test_the_file_needs_both_rights_on_the_territory(client_of, territories, near, far) -> None:
    """Finance may export in Japan, an administrator's history is not hers there."""
    user = UserFactory(language="en")
    AssignmentFactory(user=user, territory=territories["CN-EAST"], role=Role.MANAGER)
    AssignmentFactory(user=user, territory=territories["JP"], role=Role.FINANCE)
    rows = read_csv(client_of(user).get(reverse("audit:export"), {"kind": "dealers.dealer"}))
    assert not any("“Far”" in cell for row in rows for cell in row)


def test_the_history_of_one_object(client_of, mia, near, far, alice, charlie) -> None:
    client = client_of(mia)
    for key, pk, status in (
        ("dealers.dealer", near.pk, 200), ("dealers.dealer", far.pk, 403),
        ("accounts.user", alice.pk, 200), ("accounts.user", charlie.pk, 403),
    ):  # fmt: skip
        assert client.get(reverse("audit:object", args=[key, pk])).status_code == status, (key, pk)


# --- The dealer list ------------------------------------------------------------------------------------------------------


def test_an_export_leaves_out_where_it_is_not_allowed(client_of, mia, near, far) -> None:
    head, *body = read_csv(client_of(mia).post(reverse("dealers:export"), {"format": "CSV"}))
    assert [row[head.index("Code")] for row in body] == ["N-1"]
    assert DealerExport.objects.get().rows == 1


def test_credit_cells_are_empty_where_credit_may_not_be_seen(client_of, mia, near, far) -> None:
    page = client_of(mia).get(reverse("dealers:list"), {"columns": "name,balance,overdue"}).content.decode()
    assert "Near" in page
    assert "Far" in page
    assert ">111<" in page
    assert ">11<" in page
    assert ">999<" not in page
    assert ">99<" not in page


def test_what_an_export_would_write_is_empty_there_too(mia, near, far) -> None:
    (balance,) = (column for column in columns_for(mia) if column.key == "balance")
    rows = {row["name"]: row for row in Dealer.objects.values("name", *balance.fields)}
    assert balance.value(rows["Near"], None, Drawing()) == Decimal(111)
    assert balance.value(rows["Far"], None, Drawing()) is None


def test_the_filter_of_overdue_finds_only_where_credit_may_be_seen(mia, near, far, dora) -> None:
    def found(user) -> set[str]:
        asked = Asked(user, Company.get().today())
        state = ListState.of_query("overdue=1").allowed(asked)
        return {row["code"] for row in read_page(state, asked, ["code"]).rows}

    assert found(mia) == {"N-1"}
    assert found(dora) == {"N-1", "F-1"}


@pytest.mark.parametrize("order", ["balance", "-balance", "overdue", "-overdue"])
def test_no_order_tells_what_no_cell_does(client_of, mia, rory, dora, near, far, order) -> None:
    """A list sorted by debts, and a cursor with the debt in it, are figures as well."""
    for user, kept in ((mia, ""), (rory, ""), (dora, order)):
        asked = Asked(user, Company.get().today())
        assert ListState.of_query(f"sort={order}").allowed(asked).sort == kept
    # Nor does the head of the column offer it.
    page = client_of(mia).get(reverse("dealers:list"), {"columns": "name,balance,overdue"}).content.decode()
    assert f"sort={order}" not in page


def test_who_has_the_right_nowhere_has_no_column(client_of, rory, near) -> None:
    page = client_of(rory).get(reverse("dealers:list"), {"columns": "name,balance"}).content.decode()
    assert "list-balance" not in page


def test_ended_assignments_bring_nothing(mia) -> None:
    TerritoryAssignment.objects.filter(user=mia, role=Role.MANAGER).delete()
    forget(mia)
    assert scope_of(mia).where(Right.EXPORT).territory_ids == []
