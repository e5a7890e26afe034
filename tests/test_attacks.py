"""What somebody tries who means harm: names that are markup, addresses that are nonsense, ways to other sites."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, models, transaction
from django.test import Client
from django.urls import reverse

from dealers.models import Contact, Dealer
from tests.test_permissions import ROWS, THINGS

pytestmark = pytest.mark.django_db

MARKUP = "\"'><img src=x onerror=alert(1)>{{7*7}}"
HUGE = "9" * 400
NONSENSE = {
    "huge": HUGE, "negative": "-1", "zero byte": "\x00", "word": "x' OR 1=1--", "float": "1e999", "not a number": "NaN",
    "astral": "\U0001f4a5" * 50, "half a character": "\udcff", "many": ",".join(["1"] * 3000), "empty": "",
}  # fmt: skip
PARAMETERS = (
    "q", "page", "after", "before", "sort", "columns", "year", "kind", "measure", "from", "until", "since", "user",
    "territory", "rep", "tier", "silent", "moved", "complete", "country", "city", "list", "bbox", "zoom", "on", "month",
    "group", "product", "view", "state", "job", "next", "parent", "step", "verdict",
)  # fmt: skip


def addresses(place: Any) -> dict[str, str]:
    """Every page of the matrix that can be asked for, with things that exist."""
    made: dict[str, Any] = {}

    def argument(arg: Any) -> Any:
        if arg not in THINGS:
            return arg
        if arg not in made:
            made[arg] = THINGS[arg](place)
        return made[arg].pk if isinstance(made[arg], models.Model) else made[arg]

    return {
        name: reverse(name, args=[argument(arg) for arg in row.args])
        for name, row in ROWS.items()
        if row.get and name != "account_logout"
    }


@pytest.fixture
def pages(territories) -> dict[str, str]:
    found = addresses(territories["CN-EAST-1"])
    with connection.cursor() as cursor:
        # Behind every form's back, as an import from another system might bring it.
        for model in (Dealer, Contact):
            texts = [
                field
                for field in model._meta.fields
                if isinstance(field, models.CharField | models.TextField)
                and not field.choices and not field.unique and (field.max_length or 999) >= len(MARKUP)
            ]  # fmt: skip
            sets = ", ".join(f'"{field.column}" = %s' for field in texts)
            cursor.execute(f"UPDATE {model._meta.db_table} SET {sets}", [MARKUP] * len(texts))
    return found


def body_of(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8", "replace")


def test_names_are_never_markup(pages, dora, client_of) -> None:
    client = client_of(dora)
    shown = 0
    for name, url in pages.items():
        response = client.get(url, ROWS[name].query, headers=dict(ROWS[name].headers))
        if "html" not in response.headers.get("Content-Type", ""):
            continue
        page = body_of(response)
        assert "<img src=x" not in page, name
        # Nothing that was typed is read as a template.
        assert "&gt;49" not in page, name
        shown += "&lt;img src=x" in page or "\\u003Cimg src=x" in page
    assert shown > 10


@pytest.mark.slow
@pytest.mark.parametrize("kind", NONSENSE)
def test_nonsense_in_an_address_is_no_fault_of_ours(pages, dora, client_of, kind) -> None:
    client = client_of(dora)
    client.raise_request_exception = False
    faults = []
    for name, url in pages.items():
        with transaction.atomic():
            query = dict.fromkeys(PARAMETERS, NONSENSE[kind].encode("utf-8", "surrogateescape"))
            response = client.get(url, query, headers=dict(ROWS[name].headers))
            if response.status_code >= 500 and response.status_code != 503:
                faults.append((name, response.status_code))
            elif response.streaming:
                body_of(response)
            transaction.set_rollback(True)
    assert faults == []


@pytest.mark.parametrize("next", ["https://evil.example/", "//evil.example", "/\\evil.example", "https:evil.example",
                                  "javascript:alert(1)", "\thttps://evil.example", "http:///evil.example"])  # fmt: skip
def test_no_way_leads_to_another_site(dora, client_of, next) -> None:
    client = client_of(dora)
    for url, data in (
        (reverse("set_language"), {"language": "ja"}),
        (reverse("accounts:appearance"), {"theme": "DARK"}),
        (reverse("account_logout"), {}),
    ):
        response = client.post(url, {**data, "next": next})
        where = response.headers.get("Location", "")
        assert "evil" not in where, url
        assert not where.startswith("javascript:"), url
    login = Client().get(reverse("account_login"), {"next": next})
    assert "evil.example" not in login.content.decode() or login.status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "testserver:x", "testserver@evil.example"])
def test_another_host_is_refused(client, db, host) -> None:
    assert client.get(reverse("account_login"), headers={"Host": host}).status_code == 400
