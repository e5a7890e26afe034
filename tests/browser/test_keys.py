"""Finding and walking dealers without a mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from dealers.models import Dealer
from tests.browser import company
from tests.cast import hire, plant_territories


@pytest.fixture
def page(transactional_db, tmp_path, open_as):
    """Alice on the list of her five dealers, by name."""
    territories = plant_territories()
    alice = hire("alice", territories)
    company.fill(tmp_path, territory="CN-EAST-1")
    page = open_as(alice)
    page.goto("/dealers/?sort=code")
    return page


@pytest.mark.parametrize("typed", ["wxgm", "wuxi guangming", "光明", "60000020"])
def test_a_dealer_is_found_by_initials_pinyin_sign_and_telephone(page, typed):
    page.keyboard.press("/")
    expect(page.locator("#list-search")).to_be_focused()
    page.keyboard.type(typed)
    expect(page.locator("[data-rows] [data-row]")).to_have_count(1)
    expect(page.locator("[data-rows]")).to_contain_text("无锡光明专卖店")


def test_rows_are_walked_and_opened_and_the_next_dealer_follows(page):
    links = page.locator("[data-rows] a.list-name")
    expect(links).to_have_count(5)
    names = links.all_inner_texts()
    for key in ("j", "j", "k", "j"):
        page.keyboard.press(key)
    expect(page.locator("[data-row].is-current")).to_contain_text(names[1])
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(names[1])
    expect(page.locator("[data-key=']']")).to_be_visible()
    page.keyboard.press("]")
    expect(page.locator("h1")).to_have_text(names[2])
    expect(page.locator("[data-key='[']")).to_be_visible()
    page.keyboard.press("[")
    expect(page.locator("h1")).to_have_text(names[1])
    assert Dealer.objects.get(name=names[1]).get_absolute_url() in page.url


def test_the_keys_are_listed(page):
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
    for words in ("Search dealers", "Next row", "Filter"):
        expect(page.locator("#shortcuts")).to_contain_text(words)
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    expect(page.locator("#filters")).to_be_visible()
    expect(page.locator("#filter-form")).to_be_visible()
