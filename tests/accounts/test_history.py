"""The history of changes: complete, in sentences, within the reader's scope, and impossible to rewrite."""

from __future__ import annotations

import datetime as dt

import pghistory
import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.urls import reverse
from django.utils import translation

from accounts.append_only import event_models
from accounts.history import Question, page, sentences
from crm.base.audit import because
from dealers.choices import DealerStatus
from dealers.models import BasicInfo, Contact, Dealer, PersonalDataView
from tests.factories import ContactFactory, DealerFactory, TerritoryFactory, UserFactory


@pytest.fixture
def dealer(territories) -> Dealer:
    return DealerFactory(name="Golden Gate", territory=territories["CN-EAST-1"])


def by(user, **context):
    """As a request of the user does it; see crm.base.audit.AuditMiddleware."""
    return pghistory.context(user=user.pk, name=user.name, url="/dealers/1/", **context)


def told(obj, reader) -> list[str]:
    """Newest first, without the creations by nobody that tests begin with."""
    return [entry.text for entry in sentences(obj, reader) if not entry.text.startswith("The system created")]


# --- Sentences ------------------------------------------------------------------------------------------------------------


def test_one_field_with_its_reason(dealer, bob, dora) -> None:
    with by(bob):
        because("paid nothing for 90 days")
        Dealer.objects.filter(pk=dealer.pk).update(status=DealerStatus.SUSPENDED)
    assert told(dealer, dora) == [
        "Bob changed status of “Golden Gate” from active to suspended: paid nothing for 90 days"
    ]


@pytest.mark.parametrize(
    ("field", "old", "new", "sentence"),
    [
        ("name", "Golden Gate", "Silver Gate", "Bob changed name of “Silver Gate” from Golden Gate to Silver Gate"),
        ("city", "", "Ningbo", "Bob set city of “Golden Gate” to Ningbo"),
        ("city", "Ningbo", "", "Bob cleared city of “Golden Gate”, which was Ningbo"),
        ("kind", "FRANCHISEE", "AGENT", "Bob changed kind of “Golden Gate” from franchisee to agent"),
        ("employees", 1000, 1200, "Bob changed employees of “Golden Gate” from 1,000 to 1,200"),
        (
            "customer_since", None, dt.date(2024, 2, 1),
            "Bob set dealer since of “Golden Gate” to Feb. 1, 2024",
        ),
    ],
)  # fmt: skip
def test_fields_of_each_kind(dealer, bob, dora, field, old, new, sentence) -> None:
    Dealer.objects.filter(pk=dealer.pk).update(**{field: old})
    with by(bob):
        Dealer.objects.filter(pk=dealer.pk).update(**{field: new})
    assert told(dealer, dora)[0] == sentence


def test_foreign_keys_are_told_by_name(dealer, bob, dora, territories) -> None:
    with by(bob):
        Dealer.objects.filter(pk=dealer.pk).update(territory=territories["CN-EAST-2"])
    assert told(dealer, dora) == ["Bob changed sales territory of “Golden Gate” from CN-EAST-1 to CN-EAST-2"]


def test_names_out_of_scope_are_not_told(dealer, bob, territories) -> None:
    secret = DealerFactory(name="Secret supplier", territory=territories["JP-KANTO-1"])
    with by(bob):
        Dealer.objects.filter(pk=dealer.pk).update(parent=secret)
    (text,) = told(dealer, bob)
    assert text == "Bob set supplied by of “Golden Gate” to something that you do not see"


def test_several_fields_stand_one_by_one(dealer, bob, dora) -> None:
    with by(bob):
        Dealer.objects.filter(pk=dealer.pk).update(city="Ningbo", employees=12)
    entry = sentences(dealer, dora)[0]
    assert entry.text == "Bob changed 2 fields of the dealer “Golden Gate”"
    assert {(change.label, change.old, change.new) for change in entry.changes} == {
        ("city", None, "Ningbo"),
        ("employees", None, "12"),
    }


def test_the_bin(dealer, bob, dora) -> None:
    now = dt.datetime.now(dt.UTC)
    with by(bob):
        Dealer.with_bin.filter(pk=dealer.pk).update(deleted_at=now, deleted_by=bob)
        Dealer.with_bin.filter(pk=dealer.pk).update(deleted_at=None, deleted_by=None)
    assert told(dealer, dora) == [
        "Bob took the dealer “Golden Gate” out of the bin",
        "Bob moved the dealer “Golden Gate” to the bin",
    ]


def test_rows_that_belong_to_a_dealer_stand_in_its_history(dealer, bob, dora) -> None:
    with by(bob):
        contact = ContactFactory(dealer=dealer, name="Li Wei")
        contact.delete()
    assert told(dealer, dora) == [
        "Bob deleted the contact person “Li Wei”",
        "Bob created the contact person “Li Wei”",
    ]


def test_who_is_gone_keeps_her_name(dealer, dora) -> None:
    gone = UserFactory(name="Gone Girl")
    with by(gone):
        Dealer.objects.filter(pk=dealer.pk).update(city="Ningbo")
    get_user_model().objects.filter(pk=gone.pk).delete()
    assert told(dealer, dora) == ["Gone Girl set city of “Golden Gate” to Ningbo"]


def test_programs_have_a_name_too(dealer, dora) -> None:
    Dealer.objects.filter(pk=dealer.pk).update(city="Ningbo")
    assert told(dealer, dora) == ["The system set city of “Golden Gate” to Ningbo"]


def test_figures_of_the_night_are_no_history(dealer, dora) -> None:
    Dealer.objects.filter(pk=dealer.pk).update(tier="A", sales_12m=5)
    assert told(dealer, dora) == []


def test_personal_values_are_told_to_nobody(dealer, bob, ada) -> None:
    """Each showing of them has to be recorded, so they stay on the page that does so."""
    BasicInfo.objects.create(dealer=dealer, occupation="farmer")
    with by(bob):
        BasicInfo.objects.filter(dealer=dealer).update(occupation="innkeeper")
    for reader in (bob, ada):
        assert told(dealer, reader) == ["Bob changed occupation of “Golden Gate”"]


def test_labels_follow_the_reader(dealer, bob, dora) -> None:
    """The stored event has no language: the same row is told in the language that is active."""
    with by(bob):
        Dealer.objects.filter(pk=dealer.pk).update(customer_since=dt.date(2024, 2, 1))
    with translation.override("ja"):
        assert "2024年2月1日" in told(dealer, dora)[0]


def test_a_year_is_not_grouped(dealer, bob, dora) -> None:
    with by(bob):
        Dealer.objects.filter(pk=dealer.pk).update(founded_year=2012, employees=2012)
    changes = {change.label: change.new for change in sentences(dealer, dora)[0].changes}
    assert changes == {"founded in": "2012", "employees": "2,012"}


def test_views_of_personal_data_stand_there_too(dealer, bob, dora, charlie) -> None:
    shown = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
    PersonalDataView.objects.create(dealer=dealer, viewer=bob, viewed_at=shown, fields=["occupation"])
    shown_text = "Bob was shown personal data of “Golden Gate”: "
    assert [text.removeprefix(shown_text).lower() for text in told(dealer, dora)] == ["occupation"]
    found, _cursor = page(dora, Question(kind="dealers.personaldataview", user_id=bob.pk), after={}, limit=5)
    assert [entry.at for entry in found] == [shown]
    assert page(charlie, Question(kind="dealers.personaldataview"), after={}, limit=5)[0] == []


# --- Context of a request -------------------------------------------------------------------------------------------------


def _last_context(**fields) -> dict:
    events = apps.get_model("accounts", "TerritoryEvent").objects
    return events.filter(**fields).latest("pgh_id").pgh_context


def test_a_request_leaves_who_where_and_which(dora, territories, client_of) -> None:
    data = {"name": "New name", "code": "CN", "parent": territories["ROOT"].pk, "country": ""}
    url = reverse("accounts:territory_edit", args=[territories["CN"].pk])
    answer = client_of(dora).post(url, data)
    context = _last_context(name="New name")
    assert context["user"] == dora.pk
    assert context["name"] == "Dora"
    assert context["url"] == url
    assert context["request"] == answer.headers["X-Request-ID"]


# --- The page -------------------------------------------------------------------------------------------------------------


def test_paging_shows_everything_once_newest_first(dora, territories) -> None:
    for number in range(45):
        TerritoryFactory(code=f"P-{number}", parent=territories["CN"])
        UserFactory()
    everything, _cursor = page(dora, Question(), after={}, limit=10_000)
    seen, cursor, pages = [], {}, 0
    while True:
        entries, cursor = page(dora, Question(), after=cursor, limit=20)
        seen += [(entry.key, entry.event_id) for entry in entries]
        pages += 1
        if not cursor:
            break
    assert pages >= 5
    assert len(seen) == len(set(seen))
    assert set(seen) == {(entry.key, entry.event_id) for entry in everything}


def test_questions_narrow_the_page(dora, bob, territories, dealer) -> None:
    with by(bob):
        Dealer.objects.filter(pk=dealer.pk).update(city="Ningbo")
    today = dt.date.today()  # noqa: DTZ011

    def count(**question) -> int:
        return len(page(dora, Question(**question), after={}, limit=1000)[0])

    assert count(user_id=bob.pk) == 1
    assert count(user_id=dora.pk) == 0
    assert count(kind="dealers.dealer") == 2
    assert count(kind="dealers.dealer", user_id=bob.pk) == 1
    assert count(until=today - dt.timedelta(days=2)) == 0
    assert count(since=today - dt.timedelta(days=2)) == count()


def test_a_manager_reads_her_part_only(bob, charlie, territories, client_of, alice) -> None:
    DealerFactory(name="Ours", territory=territories["CN-EAST-1"])
    DealerFactory(name="Theirs", territory=territories["JP-KANTO-1"])
    text = client_of(bob).get(reverse("audit:list")).content.decode()
    assert "Ours" in text
    assert "Theirs" not in text
    assert "JP-KANTO" not in text
    assert "Charlie" not in text


def test_deleted_rows_stay_readable(bob, dora, territories, dealer) -> None:
    contact = ContactFactory(dealer=dealer, name="Li Wei")
    Contact.objects.filter(pk=contact.pk).delete()
    texts = [entry.text for entry in page(bob, Question(kind="dealers.contact"), after={}, limit=10)[0]]
    assert texts[0] == "The system deleted the contact person “Li Wei”"


def test_a_cursor_that_is_not_ours_starts_anew(dora, client_of) -> None:
    client = client_of(dora)
    first = client.get(reverse("audit:list"))
    forged = client.get(reverse("audit:list"), {"after": '{"accounts.user": 1}'})
    assert len(forged.context["entries"]) == len(first.context["entries"]) > 0


def test_the_export_says_each_field_and_runs_no_formula(dora, bob, dealer, client_of) -> None:
    with by(bob, reason="=HYPERLINK(1)"):
        Dealer.objects.filter(pk=dealer.pk).update(city="Ningbo", note="+1 more")
    answer = client_of(dora).get(reverse("audit:export"), {"kind": "dealers.dealer"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert "'+1 more" in text
    assert "Ningbo" in text
    assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("kind", "status"),
    [("accounts.territory", 200), ("dealers.dealer", 200), ("dealers.nothing", 404), ("auth.group", 404)],
)
def test_the_history_of_one_object_as_a_fragment(dora, dealer, client_of, kind, status) -> None:
    pk = dealer.pk if kind == "dealers.dealer" else dealer.territory_id
    answer = client_of(dora).get(reverse("audit:object", args=[kind, pk]))
    assert answer.status_code == status
    if status == 200:
        assert "<html" not in answer.content.decode()


def test_the_history_of_an_object_out_of_scope_is_not_there(bob, alice, territories, client_of) -> None:
    theirs = DealerFactory(territory=territories["JP-KANTO-1"])
    ours = DealerFactory(territory=territories["CN-EAST-1"])
    assert client_of(bob).get(reverse("audit:object", args=["dealers.dealer", theirs.pk])).status_code == 404
    assert client_of(bob).get(reverse("audit:object", args=["dealers.dealer", ours.pk])).status_code == 200
    assert client_of(alice).get(reverse("audit:object", args=["dealers.dealer", ours.pk])).status_code == 403


# --- Only added to ----------------------------------------------------------------------------------------------------------

EVENT_TABLES = sorted(model._meta.db_table for model in event_models())


def test_there_are_tables_of_history() -> None:
    assert {"accounts_userevent", "accounts_territoryassignmentevent", "dealers_dealerevent"} <= set(EVENT_TABLES)


def test_no_table_of_history_can_be_emptied(db) -> None:
    """As the tables' owner, which is what the tests sign in as."""
    for table in EVENT_TABLES:
        for statement in (f"TRUNCATE {table}", f"TRUNCATE {table} CASCADE"):
            refused = pytest.raises(DatabaseError, match="History can only be added to")
            with refused, transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)


@pytest.mark.parametrize("statement", ["UPDATE {} SET pgh_label = 'x'", "DELETE FROM {}"])
@pytest.mark.parametrize(
    "table",
    ["accounts_territoryevent", "accounts_userevent", "accounts_territoryassignmentevent", "dealers_dealerevent"],
)
def test_no_row_of_history_can_be_changed(alice, dealer, table, statement) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        assert cursor.fetchone()[0] > 0
        with pytest.raises(DatabaseError, match=r"Cannot (update|delete)"), transaction.atomic():
            cursor.execute(statement.format(table))


def test_every_tracked_table_refuses_updates(db) -> None:
    """The trigger is on each table, also on those without rows here."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'pgtrigger_append_only%%'"
        )
        assert sorted(name for (name,) in cursor.fetchall()) == EVENT_TABLES
