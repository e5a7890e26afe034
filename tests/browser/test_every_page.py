"""Every page, as a director and as a representative, wide and narrow, light and dark.

The addresses are those of the permission matrix, which is complete by a test of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from tests.browser import company
from tests.browser.conftest import NARROW, WIDE
from tests.browser.watch import barriers, sideways
from tests.cast import PEOPLE, hire, plant_territories, sign_in
from tests.test_permissions import HERE, ROWS, Stage

# Where nobody is signed in.
OUTSIDE = ("account_login", "account_reset_password", "account_reset_password_done")


@pytest.fixture
def stage(transactional_db, tmp_path) -> Stage:
    """The cast and the things of the matrix, around a company with figures."""
    territories = plant_territories()
    people = {name: hire(name, territories) for name in PEOPLE}
    dealers = company.fill(tmp_path, territory=HERE)
    clients = {name: sign_in(Client(), user) for name, user in people.items()}
    # The pages of a dealer are those of one with figures.
    return Stage(people, clients, territories, {("dealer", HERE): dealers[0]})


def addresses(stage: Stage, person: str) -> Iterator[tuple[str, str]]:
    """Name and address of all that the person may open."""
    for name, row in sorted(ROWS.items()):
        if name in OUTSIDE or person not in (row.who("get") or ()) or 200 not in row.status("get"):
            continue
        if row.headers or not row.pages:
            continue
        query = "&".join(f"{key}={value}" for key, value in row.query.items())
        yield name, stage.url(name, row, HERE) + (f"?{query}" if query else "")


def is_page(client: Client, address: str) -> bool:
    """Whether a whole page comes, and not a fragment, a file or figures."""
    answer = client.get(address)
    if answer.status_code != 200 or answer.streaming or "text/html" not in answer.headers["Content-Type"]:
        return False
    return answer.content.lstrip()[:15].lower() == b"<!doctype html>"


def look(page: Page, address: str, *, with_axe: bool) -> list[str]:
    """Open the page, wait for what it loads by itself, and say what is wrong with it."""
    answer = page.goto(address, wait_until="networkidle")
    wrong = [] if answer and answer.status == 200 else [f"status {answer and answer.status}"]
    wrong += page.watch.taken() + sideways(page)
    return wrong + (barriers(page) if with_axe else [])


# The director's pages take minutes: they are looked at in parts, side by side.
PARTS = 4


@pytest.mark.parametrize(("person", "part"), [*(("dora", part) for part in range(PARTS)), ("alice", None)])
def test_pages_are_sound(open_as, stage, person, part) -> None:
    """The director's pages also against WCAG, light and wide, then dark and narrow; the representative's are the same."""
    user, client = stage.people[person], stage.clients[person]
    found = [(name, address) for name, address in addresses(stage, person) if is_page(client, address)]
    assert len(found) > 25
    found = found if part is None else found[part::PARTS]
    wide, narrow = open_as(user, size=WIDE), open_as(user, size=NARROW, dark=True)
    wrong = [
        f"{name} {address} {how}: {fault}"
        for name, address in found
        for how, page in (("wide and light", wide), ("narrow and dark", narrow))
        for fault in look(page, address, with_axe=person == "dora")
    ]
    assert not wrong, "\n".join(wrong)


def test_pages_outside_are_sound(open_as) -> None:
    wide, narrow = open_as(None, size=WIDE), open_as(None, size=NARROW, dark=True)
    wrong = [
        f"{name} {how}: {fault}"
        for name in OUTSIDE
        for how, page in (("wide and light", wide), ("narrow and dark", narrow))
        for fault in look(page, reverse(name), with_axe=True)
    ]
    assert not wrong, "\n".join(wrong)
