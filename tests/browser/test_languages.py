"""The same pages in Chinese, Japanese and Korean."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from dealers.models import Dealer
from tests.browser import company
from tests.cast import hire, plant_territories
from tools import messages

LANGUAGES = {"zh-hans": "zh_Hans", "ja": "ja", "ko": "ko"}
# Three words in a row are a sentence; names of products and formats (Dealer CRM, Excel, CSV) are not.
ENGLISH = re.compile(r"\b[A-Za-z][a-z’']+(?:[ ,]+[a-z][a-z’']+){2,}")
PAGES = (
    "/", "/dealers/", "/dealers/?view=map", "/dealers/new/", "/dealers/bin/", "/tiers/",
    "/tiers/policy/", "/tiers/overrides/", "/imports/", "/jobs/", "/audit/", "/accounts/territories/", "/accounts/users/",
    "/accounts/profile/", "/company/",
    "/visits/", "/visits/today/", "/visits/year/", "/visits/results/", "/visits/results/time/", "/visits/results/days/",
    "/visits/results/map/", "/visits/results/tenure/", "/visits/leaders/", "/visits/issues/", "/visits/expenses/",
    "/visits/tasks/", "/visits/coaching/", "/visits/coaching/items/", "/visits/leave/", "/visits/cycles/", "/visits/limits/",
    "/visits/forms/", "/visits/calendar/", "/warnings/", "/warnings/board/",
    # The last, since its worker answers for what lies below it from then on.
    "/m/",
)  # fmt: skip
DEALER_PAGES = ("", "edit/", "file/", "contacts/", "documents/", "sub-dealers/", "profile/", "status/")


@pytest.fixture
def dora(transactional_db, tmp_path):
    """The director of a company that has no name in Latin letters."""
    territories = plant_territories()
    for territory in territories.values():
        territory.name = "区域"
        territory.save()
    director = hire("dora", territories)
    company.fill(tmp_path, territory="CN-EAST-1")
    return director


def switch(page: Page, language: str) -> None:
    page.locator(".account-button").click()
    page.locator(f".account-menu [name=language][value={language}]").click()
    expect(page.locator("html")).to_have_attribute("lang", language)


def english(page: Page) -> list[str]:
    """Sentences left in English, in what is shown and in what is read out."""
    texts: list[str] = page.evaluate(
        """() => {
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          const found = [document.title];
          while (walker.nextNode()) {
            if (!walker.currentNode.parentElement.closest("script, style, [lang=en], .account-choice")) found.push(walker.currentNode.data);
          }
          for (const each of document.querySelectorAll("[title], [aria-label], [placeholder], [alt]")) {
            for (const name of ["title", "aria-label", "placeholder", "alt"]) found.push(each.getAttribute(name) ?? "");
          }
          return found;
        }"""
    )
    return sorted({match[0] for text in texts if (match := ENGLISH.search(text))})


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_is_switched_at_once_and_kept(open_as, dora, language):
    page = open_as(dora)
    page.goto("/dealers/")
    in_english = page.locator("h1").inner_text()
    switch(page, language)
    page.goto("/dealers/")
    expect(page.locator("html")).to_have_attribute("lang", language)
    if (messages.CHECKOUT / "locale" / LANGUAGES[language] / "LC_MESSAGES" / "django.mo").exists():
        assert page.locator("h1").inner_text() != in_english
    dora.refresh_from_db()
    assert dora.language == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_english_sentence_is_left(open_as, dora, language):
    catalogue = messages.CHECKOUT / "locale" / LANGUAGES[language] / "LC_MESSAGES" / "django.po"
    if not catalogue.with_suffix(".mo").exists():
        pytest.skip(f"there is no compiled catalogue for {language}")
    if faults := list(messages.faults(catalogue)):
        pytest.skip(f"the catalogue for {language} is not complete: {len(faults)} texts")
    page = open_as(dora)
    page.goto("/")
    switch(page, language)
    dealer = Dealer.objects.get(code="C-001").get_absolute_url()
    left = {}
    for address in (*PAGES, *(dealer + each for each in DEALER_PAGES)):
        assert page.goto(address, wait_until="networkidle").status == 200, address
        if found := english(page):
            left[address] = found
    assert not left
