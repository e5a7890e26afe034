"""The export: what the list shows, harmless in a spreadsheet, limited and logged."""

import csv
import io
from decimal import Decimal

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from accounts.history import Question, page
from dealers.export import harmless
from dealers.models import DealerExport
from tests.factories import DealerFactory

pytestmark = pytest.mark.django_db


def read_csv(response) -> list[list[str]]:
    body = b"".join(response.streaming_content)
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))


@pytest.fixture
def shops(territories):
    east = territories["CN-EAST-1"]
    DealerFactory(name="=HYPERLINK(1)", code="E-1", territory=east, tier="A", sales_12m=Decimal("10.5"))
    DealerFactory(name="华泰", code="E-2", territory=east, tier="A", sales_12m=Decimal("20"))
    DealerFactory(name="B tier", code="E-3", territory=east, tier="B")
    DealerFactory(name="Far away", code="J-1", territory=territories["JP-KANTO-1"], tier="A")


def test_csv_holds_the_filtered_list_in_its_order(client_of, bob, shops):
    rows = read_csv(client_of(bob).post(reverse("dealers:export"), {"format": "CSV", "query": "tier=A&sort=-sales"}))
    head, *body = rows
    assert [row[head.index("Code")] for row in body] == ["E-2", "E-1"]
    assert body[1][head.index("Name")] == "'=HYPERLINK(1)"
    assert body[1][head.index("Sales, 12 months (USD)")] == "10.50"
    record = DealerExport.objects.get()
    assert (record.user, record.rows, record.query) == (bob, 2, "tier=A&sort=-sales")
    assert record.finished_at is not None


def test_an_export_stands_in_the_history(client_of, alice, bob, charlie, dora, shops):
    read_csv(client_of(bob).post(reverse("dealers:export"), {"format": "CSV", "query": "tier=A"}))
    asked = Question(kind="dealers.dealerexport")
    for reader in (bob, dora):
        (entry,), _cursor = page(reader, asked, after={}, limit=5)
        assert entry.text == "Bob exported 2 dealers (CSV), filter: Tier: A"
    assert page(charlie, asked, after={}, limit=5)[0] == []


def test_xlsx_holds_numbers_as_numbers(client_of, bob, shops):
    response = client_of(bob).post(reverse("dealers:export"), {"format": "XLSX", "query": "sort=-sales"})
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response.streaming_content))).get_sheet_by_index(0)
    head, *body = sheet.to_python()
    assert [row[head.index("Code")] for row in body] == ["E-2", "E-1", "E-3"]
    assert body[0][head.index("Sales, 12 months (USD)")] == 20.0
    assert body[1][head.index("Name")] == "'=HYPERLINK(1)"


def test_a_day_has_a_limit(client_of, bob, shops, settings):
    settings.EXPORT_ROWS_A_DAY = 4
    client = client_of(bob)
    assert len(read_csv(client.post(reverse("dealers:export"), {"format": "CSV"}))) == 4
    response = client.post(reverse("dealers:export"), {"format": "CSV"})
    assert response.status_code == 302
    assert DealerExport.objects.count() == 1


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠"])
def test_no_text_is_a_formula(sign):
    assert harmless(f"{sign}1") == f"'{sign}1"
    assert harmless(-1) == -1
