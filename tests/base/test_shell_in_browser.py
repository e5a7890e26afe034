"""The frame of every page in a real browser: keys, theme, messages, failures, typed values."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.urls import include, path
from playwright.sync_api import Browser, Dialog, Page, expect, sync_playwright

from accounts.choices import Theme
from accounts.models import User
from crm.base.undo import offer_undo
from tests.cast import sign_in

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls(__name__),
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]

LIST = """{% extends "base.html" %}{% block heading %}Dealers{% endblock %}{% block content %}
  <a href="/form/" data-key="n" data-key-label="New dealer">New</a>
  <table class="table" data-rows>
    <tr data-row><td><a href="/dealers/1/">One</a></td></tr>
    <tr data-row><td><a href="/dealers/2/">Two</a></td></tr>
  </table>
  <button hx-get="/fail/500/" id="fail">x</button><button hx-get="/fail/401/" id="expire">x</button>
  <button hx-delete="/fail/403/" hx-confirm="12 dealers will be deleted." id="ask">x</button>
{% endblock %}"""
FORM = """{% extends "base.html" %}{% load crispy_forms_tags %}{% block content %}
  <form method="post" data-guard="dealer-new">{% csrf_token %}{{ form|crispy }}<button>Save</button></form>
{% endblock %}"""


class NameForm(forms.Form):
    name = forms.CharField()

    def clean_name(self) -> str:
        if self.cleaned_data["name"] == "Contoso":
            raise forms.ValidationError("There is a dealer of this name.")
        return self.cleaned_data["name"]


def show(request: HttpRequest, template: str, **context: object) -> HttpResponse:
    return HttpResponse(Template(template).render(RequestContext(request, context)))


def dealers(request: HttpRequest) -> HttpResponse:
    if "moved" in request.GET:
        offer_undo(request, "1 dealer moved to the bin.", url="/undo/")
    return show(request, LIST)


def dealer(request: HttpRequest, pk: int) -> HttpResponse:
    return show(request, '{% extends "base.html" %}')


def name_form(request: HttpRequest) -> HttpResponse:
    return show(request, FORM, form=NameForm(request.POST or None))


def undo(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"undone, back to {request.POST['next']}")


def fail(request: HttpRequest, status: int) -> HttpResponse:
    return HttpResponse(status=status)


dealer_pages = ([path("dealers/", dealers, name="list"), path("dealers/<int:pk>/", dealer, name="dealer")], "dealers")
urlpatterns = [
    path("", include(dealer_pages)),
    path("form/", name_form),
    path("undo/", undo),
    path("fail/<int:status>/", fail),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("inbox/", include("accounts.notices.urls")),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Playwright's own event loop runs in this thread; the database is used beside it, never within.
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        started = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield started
        started.close()


@pytest.fixture
def page(browser, live_server, client, alice, settings) -> Iterator[Page]:
    """Alice, signed in, on the list. A broken content security policy or script fails the test."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    sign_in(client, alice)
    name = settings.SESSION_COOKIE_NAME
    context = browser.new_context(base_url=live_server.url)
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    opened = context.new_page()
    opened.set_default_timeout(10_000)
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
    opened.goto("/dealers/")
    yield opened
    context.close()
    assert faults == []


def test_keys_search_walk_the_rows_and_list_themselves(page):
    page.keyboard.press("/")
    expect(page.locator("#global-search")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    shortcuts = page.locator("#shortcuts")
    expect(shortcuts).to_be_visible()
    expect(shortcuts).to_contain_text("New dealer")
    expect(shortcuts).to_contain_text("Next row")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/dealers/2/")


def test_letters_typed_into_a_field_are_letters(page):
    page.goto("/form/")
    page.locator("[name=name]").press_sequentially("j/?n")
    expect(page.locator("[name=name]")).to_have_value("j/?n")
    expect(page.locator("#shortcuts")).to_be_hidden()


def test_the_theme_changes_at_once_and_is_kept(page, alice):
    page.click(".account-button")
    with page.expect_response("**/accounts/appearance/"):
        page.click("[name=theme][value=DARK]")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert User.objects.get(pk=alice.pk).theme == Theme.DARK
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_the_device_decides_when_the_profile_leaves_it_to_the_device(page):
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.emulate_media(color_scheme="light")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")


def test_a_message_offers_the_way_back(page):
    page.goto("/dealers/?moved=1")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("body")).to_have_text("undone, back to /dealers/?moved=1")


def test_a_failed_request_says_so_and_a_lost_session_asks_to_sign_in(page):
    page.click("#fail")
    expect(page.locator("#toasts")).to_contain_text("What you typed is still here.")
    page.click("#expire")
    expect(page.locator("#session")).to_be_visible()


def test_nothing_is_sent_before_the_question_is_answered(page):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))
    page.click("#ask")
    expect(page.locator("#confirm")).to_contain_text("12 dealers will be deleted.")
    page.click("#confirm button[value=no]")
    expect(page.locator("#confirm")).to_be_hidden()
    assert "DELETE" not in asked
    page.click("#ask")
    page.click("#confirm button[value=yes]")
    expect(page.locator("#toasts")).to_contain_text("You may not do that.")
    assert asked.count("DELETE") == 1


def test_typed_values_are_asked_about_and_come_back(page):
    asked: list[str] = []

    def agree(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", agree)
    page.goto("/form/")
    page.locator("[name=name]").press_sequentially("Contoso")
    page.goto("/dealers/")
    assert asked == ["beforeunload"]
    page.goto("/form/")
    expect(page.locator("[name=name]")).to_have_value("Contoso")
    # Refused: what was typed stands in the page that comes back, beside the reason.
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".invalid-feedback")).to_be_visible()
    expect(page.locator("[name=name]")).to_have_value("Contoso")


def test_a_sent_form_leaves_no_draft(page):
    page.goto("/form/")
    page.locator("[name=name]").press_sequentially("Li")
    page.get_by_role("button", name="Save").click()
    page.goto("/dealers/")
    page.goto("/form/")
    expect(page.locator("[name=name]")).to_have_value("")


def test_the_side_bar_stays_as_narrow_as_it_was_left(page):
    page.click("[data-sidebar-toggle]")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-sidebar", "compact")
    assert page.locator("#sidebar").bounding_box()["width"] < 64


def test_on_the_phone_the_menu_is_a_drawer_and_nothing_scrolls_sideways(page):
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("#sidebar")).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(page.locator("#global-search")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
