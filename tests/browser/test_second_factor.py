"""Setting up an authenticator app, and signing in with its code."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings as django_settings
from playwright.sync_api import Page, expect

from accounts import actions
from accounts.models import User
from tests.factories import AssignmentFactory

PASSWORD = "three green bicycles"
PERIOD_S = 30


def code_of(secret: str, *, steps_ahead: int = 0) -> str:
    """What the app shows now, or will show `steps_ahead` half minutes from now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // PERIOD_S + steps_ahead))


def sign_in_by_hand(page: Page) -> None:
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill("amy@example.com")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


@pytest.fixture
def amy(transactional_db) -> User:
    user = actions.create_user(email="amy@example.com", name="Amy", password=PASSWORD, language="en")
    AssignmentFactory(user=user)
    return user


def test_a_second_step_is_set_up_and_asked_for(open_as, amy):
    page = open_as(None)
    sign_in_by_hand(page)
    expect(page).to_have_url(f"{page.watch.origin}/")

    page.goto("/accounts/2fa/")
    page.get_by_role("link", name="Set up").click()
    # What protects the account is changed only by who has just shown her password.
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("img.scan-code")).to_be_visible()
    secret = page.locator("code").inner_text()
    page.locator("[name=code]").fill(code_of(secret))
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_role("heading", name="Recovery codes").first).to_be_visible()

    page.goto("/")
    page.locator(".account-button").click()
    page.get_by_role("button", name="Sign out").click()
    # The phone's pages are thrown away first, then the form is sent.
    expect(page.locator("[name=login]")).to_be_visible()
    sign_in_by_hand(page)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    # Whoever has only the password sees nothing.
    page.goto("/dealers/")
    expect(page).not_to_have_url(f"{page.watch.origin}/dealers/")
    page.goto("/accounts/2fa/authenticate/")
    # A code opens once; the app shows the next one soon, and phones may run half a minute ahead.
    assert django_settings.MFA_TOTP_TOLERANCE == 1
    page.locator("[name=code]").fill(code_of(secret, steps_ahead=1))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator(".account-name")).to_have_text("Amy")
