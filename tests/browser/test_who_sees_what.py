"""A representative finds her dealers and nobody else's, whichever way she looks."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from dealers.models import Dealer
from tests.browser import company
from tests.cast import hire, plant_territories


@pytest.fixture
def cast(transactional_db, tmp_path):
    """Alice works in CN-EAST-1, Charlie in Kanto; the first dealer of five is Charlie's."""
    territories = plant_territories()
    people = {name: hire(name, territories) for name in ("alice", "charlie")}
    company.fill(tmp_path, territory="CN-EAST-1")
    Dealer.objects.filter(code="C-001").update(territory=territories["JP-KANTO-1"])
    return people


def test_in_the_list_and_by_search(open_as, cast):
    page = open_as(cast["alice"])
    page.goto("/dealers/")
    expect(page.locator("[data-rows] [data-row]")).to_have_count(4)
    expect(page.locator("main")).not_to_contain_text("苏州海悦")
    page.locator("#list-search").press_sequentially("海悦")
    expect(page.get_by_text("No dealer matches")).to_be_visible()
    page.locator("#list-search").fill("光明")
    expect(page.locator("[data-rows] [data-row]")).to_have_count(1)
    expect(page.locator("[data-rows]")).to_contain_text("无锡光明专卖店")


@pytest.mark.parametrize(("person", "count"), [("alice", 4), ("charlie", 1)])
def test_on_the_map(open_as, cast, person, count):
    page = open_as(cast[person])
    with page.expect_response(lambda response: "/dealers/points/" in response.url) as answer:
        page.goto("/dealers/?view=map")
    points = [each["properties"] for each in answer.value.json()["features"]]
    assert sum(each.get("count", 1) for each in points) == count
    expect(page.locator(".map-dot, .map-cluster").first).to_be_visible()


def test_by_address(open_as, cast):
    page = open_as(cast["alice"])
    page.watch.expected_statuses.add(404)
    hers, his = Dealer.objects.get(code="C-002"), Dealer.objects.get(code="C-001")
    assert page.goto(hers.get_absolute_url()).status == 200
    for address in ("", "edit/", "file/", "contacts/", "documents/", "profile/"):
        assert page.goto(f"{his.get_absolute_url()}{address}").status == 404, address
    expect(page.locator("main")).not_to_contain_text("苏州海悦")
