"""The pages of rebates: a programme from draft to statement, PDF and export."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Territory, User
from crm.base.models import Company
from dealers import export_limit
from promotions.models import RebateExport, RebateProgramme
from promotions.paper import font_for
from promotions.rebates.choices import ProgrammeState
from promotions.rebates.settling import propose
from promotions.rebates.statement import statement
from tests.factories import DealerFactory
from tests.promotions.rebates.factories import TODAY, accrual, programme

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]

FORM = {
    "name": "Quarter", "basis": "AMOUNT", "territory": "", "starts_on": "2026-01-01", "last_month": "3", "gate_share": "90",
    "speeds": "15: 100, 30：80，45: 50", "cap_share": "2.5", "agent_margin": "8", "sub_dealer_margin": "12", "note": "",
    "start-0": "0", "rate-0": "1", "start-1": "100000", "rate-1": "2.5",
}  # fmt: skip


def test_a_programme_is_written_tried_out_and_published(client_of: ClientOf, dora: User) -> None:
    client = client_of(dora)
    assert client.post(reverse("promotions:rebate_new"), FORM).status_code == 302
    made = RebateProgramme.objects.get()
    assert (made.ends_on, made.speed_days, made.speed_percents) == (dt.date(2026, 4, 1), [15, 30, 45], [100, 80, 50])
    assert [(str(band.starts_at), str(band.rate)) for band in made.bands.all()] == [
        ("0.0000", "0.01000"), ("100000.0000", "0.02500"),
    ]  # fmt: skip
    page = client.get(reverse("promotions:rebate_edit", args=[made.pk]))
    assert 'value="2.5"' in page.content.decode()
    assert client.get(reverse("promotions:rebate_tryout", args=[made.pk])).status_code == 200
    client.post(reverse("promotions:rebate_publish", args=[made.pk]))
    made.refresh_from_db()
    assert made.state == ProgrammeState.PUBLISHED
    # A promise is not changed.
    client.post(reverse("promotions:rebate_edit", args=[made.pk]), FORM | {"name": "Other"})
    assert RebateProgramme.objects.get().name == "Quarter"


@pytest.mark.parametrize(
    "wrong",
    [
        {"starts_on": "2026-01-02"}, {"speeds": "soon"}, {"rate-0": ""}, {"start-1": "0"}, {"rate-1": "101"},
        {"start-0": "", "rate-0": "", "start-1": "", "rate-1": ""},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_and_kept(client_of: ClientOf, dora: User, wrong: dict[str, str]) -> None:
    answer = client_of(dora).post(reverse("promotions:rebate_new"), FORM | wrong)
    assert answer.status_code == 422
    assert "Quarter" in answer.content.decode()
    assert not RebateProgramme.objects.exists()


def test_the_statement_explains_itself(client_of: ClientOf, territories: dict[str, Territory], alice: User) -> None:
    made, dealer = programme(), DealerFactory(territory=territories["CN-EAST-1"], name="海悦电器")
    told = statement(made, accrual(made, dealer), on=TODAY)
    assert told.next_step == "41,200.00 USD short of the next step. 23 days left."
    assert [row.amount for row in told.rows] == [1000, 3176]
    page = client_of(alice).get(reverse("promotions:rebate_statement", args=[made.pk, dealer.pk])).content.decode()
    assert "158,800.00 USD at 2 per cent" in page
    assert "4,176.00" in page


@pytest.mark.parametrize("language", ["en", "zh-hans", "ja", "ko"])
def test_the_pdf_is_one_in_every_language(
    client_of: ClientOf, territories: dict[str, Territory], alice: User, language: str
) -> None:
    made, dealer = programme(), DealerFactory(territory=territories["CN-EAST-1"], name="海悦 & <鹿児島> 서울")
    accrual(made, dealer)
    with translation.override(language):
        answer = client_of(alice).get(reverse("promotions:rebate_pdf", args=[made.pk, dealer.pk]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert len(answer.content) > 1500


def test_each_script_has_a_font() -> None:
    assert [font_for(text) for text in ("Rebate", "返利", "リベート", "장려금")] == [
        "Helvetica", "STSong-Light", "HeiseiKakuGo-W5", "HYGothic-Medium",
    ]  # fmt: skip


def test_points_are_given_by_a_leader(
    client_of: ClientOf, territories: dict[str, Territory], alice: User, bob: User
) -> None:
    made = programme(("60", "0.01"), basis="POINTS")
    dealer = DealerFactory(territory=territories["CN-EAST-1"])
    url = reverse("promotions:rebate_points", args=[made.pk, dealer.pk])
    body = {"points": "80", "note": "Two photos of the display"}
    assert client_of(alice).post(url, body).status_code == 403
    assert client_of(bob).post(url, body).status_code == 302
    assert made.points.get().given_by == bob
    client_of(bob).post(url, body | {"points": "101"})
    assert made.points.get().points == 80


def test_credit_notes_are_taken_out_without_formulas(
    client_of: ClientOf, territories: dict[str, Territory], fay: User, settings: Any
) -> None:
    made, dealer = programme(), DealerFactory(territory=territories["CN-EAST-1"], name="=cmd()")
    accrual(made, dealer)
    settlement = propose(programme=made, territory=territories["CN"], by=fay, on=dt.date(2026, 1, 5), at=timezone.now())
    url = reverse("promotions:rebate_settlement_export", args=[settlement.pk])
    assert client_of(fay).get(url).status_code == 405
    text = client_of(fay).post(url).content.decode()
    assert "'=cmd()" in text
    assert "4176.0000,USD" in text
    assert export_limit.used_on(fay, Company.get().today()) == 1
    settings.EXPORT_ROWS_A_DAY = 1
    answer = client_of(fay).post(url, follow=True)
    assert "the limit is 1 a day" in answer.content.decode()
    assert RebateExport.objects.count() == 1


def test_the_liability_adds_up_over_what_the_reader_sees(
    client_of: ClientOf, territories: dict[str, Territory], alice: User, dora: User
) -> None:
    made = programme()
    accrual(made, DealerFactory(territory=territories["CN-EAST-1"]), settled_e4=1_760_000)
    accrual(made, DealerFactory(territory=territories["JP-KANTO-1"]))
    url = reverse("promotions:rebate_liability")
    assert "8,176.00" in client_of(dora).get(url).content.decode()
    page = client_of(alice).get(url).content.decode()
    assert "4,000.00" in page
    assert "8,176.00" not in page
