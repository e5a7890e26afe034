"""The pages on which visit forms are composed, and what becomes of visits when a form changes."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.base.models import Company
from tests.factories import DealerFactory
from tests.visits.factories import VisitFactory
from visits import phone_data
from visits.actions.composing import publish, save_draft
from visits.answers import answered, not_possible
from visits.form import current, version_at
from visits.models import Visit, VisitForm
from visits.sync.visit import apply

pytestmark = pytest.mark.django_db

SIGN = {"key": "q:sign", "use": "REQUIRED", "type": "YES_NO", "label": {"en": "Is the sign lit?", "ja": "看板は?"}}
STATED = {"key": "stated", "use": "REQUIRED"}


def published(kind: str, sections: list[dict[str, Any]], *, at: dt.datetime | None = None) -> VisitForm:
    last = VisitForm.objects.filter(kind=kind, version__isnull=False).count()
    return VisitForm.objects.create(kind=kind, version=last + 1, sections=sections, published_at=at or timezone.now())


@pytest.fixture
def page(client_of, ada) -> Client:
    return client_of(ada)


def body(*rows: str, seen: int = 0, **more: Any) -> dict[str, Any]:
    return {"row": list(rows), "seen": str(seen)} | {f"use:{row}": "OFFERED" for row in rows} | more


WORDS = {"type:q:sign": "YES_NO", "label:q:sign:en": "Is the sign lit?"}


def test_a_draft_changes_nothing_until_it_is_published(page, alice):
    address = reverse("visits:compose", args=["retailer"])
    assert page.post(address, body("q:sign", "stated", **WORDS)).status_code == 302
    draft = VisitForm.objects.get()
    assert (draft.version, [row["key"] for row in draft.sections]) == (None, ["q:sign", "stated"])
    on = Company.get().today()
    assert phone_data.of_days(alice, on=on)["forms"]["RETAILER"][0]["key"] == "stated"
    assert "RETAILER" not in phone_data.of_days(alice, on=on)["form_versions"]
    page.post(address, body("q:sign", "stated", seen=1, publish="1", note="Signs matter", **WORDS))
    form = VisitForm.objects.get()
    assert (form.version, form.note, form.published_by.name) == (1, "Signs matter", "Ada")
    told = phone_data.of_days(alice, on=on)
    assert [row["key"] for row in told["forms"]["RETAILER"]] == ["q:sign", "stated"]
    assert told["form_versions"] == {"RETAILER": form.pk}


def test_bad_input_keeps_what_was_typed(page):
    address = reverse("visits:compose", args=["all"])
    typed = body(
        "stated", "q:new", **{"type:q:new": "NUMBER", "label:q:new:ko": "몇 개?", "least:q:new": "ten", "help:stated:en": "Just listen"}
    )  # fmt: skip
    answer = page.post(address, typed)
    assert answer.status_code == 422
    text = answer.content.decode()
    for kept in ("몇 개?", 'value="ten"', "Just listen", "This is no number."):
        assert kept in text
    assert text.index('data-compose-row="stated"') < text.index('data-compose-row="q:new"')
    assert not VisitForm.objects.exists()
    assert page.post(address, {"row": ["stated"], "use:stated": "HIDDEN", "seen": "0"}).status_code == 422


def test_two_who_compose_at_once_are_told(page, client_of, dora):
    address = reverse("visits:compose", args=["agent"])
    page.post(address, body("stated"))
    answer = client_of(dora).post(address, body("next"))
    assert answer.status_code == 422
    assert "Ada saved this draft" in answer.content.decode()
    assert [row["key"] for row in VisitForm.objects.get().sections] == ["stated"]
    # She has seen it now, and replaces it knowingly.
    assert answer.context["page"].seen == 1
    assert client_of(dora).post(address, body("next", seen=1)).status_code == 302
    assert [row["key"] for row in VisitForm.objects.get().sections] == ["next"]


def test_a_published_version_never_changes_not_even_by_sql():
    form = published("AGENT", [STATED])
    for change in (
        lambda: VisitForm.objects.filter(pk=form.pk).update(sections=[]),
        lambda: VisitForm.objects.filter(pk=form.pk).delete(),
    ):
        with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
            change()
    assert VisitForm.objects.get().sections == [STATED]


def test_the_same_again_is_no_new_version(page):
    address = reverse("visits:compose", args=["agent"])
    page.post(address, body("stated", publish="1"))
    answer = page.post(address, body("stated", publish="1"))
    assert "asks the same as version 1" in answer.content.decode()
    assert VisitForm.objects.filter(version__isnull=False).count() == 1


def test_a_kind_goes_back_to_the_form_of_all_kinds(page):
    published("", [STATED, SIGN])
    published("AGENT", [STATED])
    page.post(reverse("visits:form_back", args=["agent"]))
    assert set(current()) == {""}
    assert [(form.version, len(form.sections)) for form in VisitForm.objects.filter(kind="AGENT")] == [(2, 0), (1, 1)]
    assert version_at("AGENT", timezone.now()).kind == ""
    # Composing may begin with what was asked before.
    text = page.get(reverse("visits:compose", args=["agent"]) + "?from=1").content.decode()
    assert "begun with version 1" in text


def test_a_dropped_draft_leaves_what_counts(page):
    published("AGENT", [STATED])
    page.post(reverse("visits:compose", args=["agent"]), body("next"))
    page.post(reverse("visits:drop_form", args=["agent"]), {"seen": "7"})
    assert VisitForm.objects.filter(version=None).exists()
    page.post(reverse("visits:drop_form", args=["agent"]), {"seen": "1"})
    assert [form.version for form in VisitForm.objects.all()] == [1]


def test_the_preview_answers_what_the_phone_would_get(page):
    answer = page.post(
        reverse("visits:form_preview"), body("q:sign", "stated", "q:bad", language="ja", **WORDS | {"label:q:sign:ja": "看板は?"})
    ).json()  # fmt: skip
    assert [row["key"] for row in answer["asked"]] == ["q:sign", "stated"]
    assert answer["asked"][0]["label"] == "看板は?"
    assert (answer["wrong"], answer["language"]) == (1, "ja")
    assert not VisitForm.objects.exists()


def test_versions_are_read_by_those_who_visit_and_nobody_else(client_of, alice, rory):
    published("AGENT", [STATED, SIGN])
    address = reverse("visits:form_version", args=["agent", 1])
    assert client_of(alice).get(address).status_code == 200
    assert client_of(rory).get(address).status_code == 403
    assert client_of(alice).get(reverse("visits:form_version", args=["agent", 2])).status_code == 404
    assert client_of(alice).get("/visits/forms/AGENT/1/").status_code == 404


def test_a_question_that_is_answered_otherwise_gets_a_new_key(ada):
    published("AGENT", [SIGN])
    draft = save_draft(kind="AGENT", sections=[SIGN | {"type": "NUMBER"}], seen=0, by=ada)
    form = publish(kind="AGENT", seen=draft.revision, note="", by=ada, at=timezone.now())
    assert form.sections[0]["key"] != "q:sign"


# --- Phones that were away while a form changed ---------------------------------------------------------------------------


@pytest.fixture
def dealer(territories):
    return DealerFactory(territory=territories["CN-EAST-1"], kind="RETAILER")


def message(dealer, **more: Any) -> dict[str, Any]:
    now = timezone.now()
    fields = {"objective": "Win", "purpose": "SELL", "result": "MET"} | more.pop("fields", {})
    return {
        "key": str(uuid.uuid4()), "dealer": dealer.pk, "state": "DONE", "on": now.date().isoformat(), "fields": fields,
        "started_at": (now - dt.timedelta(hours=2)).isoformat(), "ended_at": (now - dt.timedelta(hours=1)).isoformat(),
    } | more  # fmt: skip


def test_a_visit_written_without_a_signal_keeps_its_older_version(alice, dealer):
    old = published("RETAILER", [STATED, SIGN], at=timezone.now() - dt.timedelta(days=9))
    # Meanwhile the sign is no longer asked about, and something compulsory is.
    published("RETAILER", [STATED, {"key": "stock", "use": "REQUIRED"}], at=timezone.now() - dt.timedelta(minutes=90))
    told = apply(
        user=alice, at=timezone.now(),
        data=message(dealer, form=old.pk, fields={"answers": {"q:sign": "yes"}, "not_possible": {"q:sign": "No time"}}),
    )  # fmt: skip
    visit = Visit.objects.get(key=told["visit"])
    assert (visit.form, visit.state) == (old, "DONE")
    assert answered(visit) == [("Is the sign lit?", "Yes")]
    assert not_possible(visit) == [("Is the sign lit?", "No time")]


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ({}, "old"),  # an older program on the phone: by the day on which it began
        ({"form": None}, None),  # the program's own form
        ({"form": 987_654}, "old"),  # one that there is not
    ],
)
def test_what_a_phone_tells_of_its_form(told, kept, alice, dealer):
    old = published("RETAILER", [STATED], at=timezone.now() - dt.timedelta(days=9))
    published("RETAILER", [SIGN], at=timezone.now() - dt.timedelta(minutes=30))
    answer = apply(user=alice, at=timezone.now(), data=message(dealer, **told))
    assert Visit.objects.get(key=answer["visit"]).form == (old if kept else None)


def test_a_draft_is_no_form_to_write_with(alice, dealer, ada):
    draft = save_draft(kind="RETAILER", sections=[STATED], seen=0, by=ada)
    answer = apply(user=alice, at=timezone.now(), data=message(dealer, form=draft.pk))
    assert Visit.objects.get(key=answer["visit"]).form is None


def test_an_answer_to_a_question_of_another_version_is_still_worded(dealer):
    published("RETAILER", [SIGN])
    visit = VisitFactory(dealer=dealer, answers={"q:sign": "no", "q:odd": "12", "step:1": "x"})
    assert answered(visit) == [("Is the sign lit?", "No"), ("odd", "12")]
