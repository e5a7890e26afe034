"""A passkey, made and used in a real browser with an authenticator that Chromium plays."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import CDPSession, Page, expect

from accounts.models import User
from tests.browser.test_second_factor import PASSWORD, amy, sign_in_by_hand  # noqa: F401 - a fixture among them

PHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def authenticator(page: Page) -> tuple[CDPSession, dict[str, Any]]:
    """Plug one in; it touches and recognises its owner by itself."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    return session, session.send("WebAuthn.addVirtualAuthenticator", {"options": PHONE})


def sign_out(page: Page) -> None:
    page.goto("/")
    page.locator(".account-button").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).not_to_have_url(f"{page.watch.origin}/")


@pytest.fixture
def with_passkey(open_as, amy: User) -> tuple[Page, CDPSession, dict[str, Any]]:  # noqa: F811
    """Amy's browser, signed in, with a passkey that opens the account without her password."""
    page = open_as(None)
    session, plugged = authenticator(page)
    sign_in_by_hand(page)
    expect(page).to_have_url(f"{page.watch.origin}/")
    page.goto("/accounts/2fa/webauthn/add/")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.locator("[name=name]").fill("My phone")
    page.locator("[name=passwordless]").check()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page).not_to_have_url(f"{page.watch.origin}/accounts/2fa/webauthn/add/")
    return page, session, plugged


def test_a_passkey_signs_in_without_a_password(with_passkey, amy) -> None:  # noqa: F811
    page, session, plugged = with_passkey
    (kept,) = session.send("WebAuthn.getCredentials", plugged)["credentials"]
    assert kept["isResidentCredential"]
    assert kept["rpId"] == "localhost"
    assert Authenticator.objects.filter(user=amy, type=Authenticator.Type.WEBAUTHN).count() == 1

    sign_out(page)
    page.goto("/accounts/login/?next=/dealers/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url(f"{page.watch.origin}/dealers/")
    expect(page.locator(".account-name")).to_have_text("Amy")


def test_it_is_also_the_second_step_after_the_password(with_passkey) -> None:
    page, _session, _plugged = with_passkey
    sign_out(page)
    sign_in_by_hand(page)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    page.get_by_role("button", name="passkey").click()
    expect(page.locator(".account-name")).to_have_text("Amy")


def test_another_authenticator_opens_nothing(with_passkey) -> None:
    page, session, plugged = with_passkey
    sign_out(page)
    session.send("WebAuthn.removeVirtualAuthenticator", plugged)
    authenticator(page)
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_timeout(1500)
    page.goto("/dealers/")
    expect(page).to_have_url(f"{page.watch.origin}/accounts/login/?next=/dealers/")
