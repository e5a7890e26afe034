"""Signing in by the company's identity provider, from the button to the start page and with a provider that answers."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from accounts.middleware import PHONE_ASK
from accounts.models import User
from tests.accounts import identity_provider
from tests.accounts.identity_provider import CLIENT_ID, CLIENT_SECRET, Provider
from tests.accounts.test_sign_in import with_totp

AMY = {"sub": "u-1", "email": "amy@example.com", "email_verified": True, "name": "Amy"}


@pytest.fixture
def provider(settings) -> Iterator[Provider]:
    with identity_provider.running() as provider:
        app = {
            "provider_id": "company", "name": "Company", "client_id": CLIENT_ID, "secret": CLIENT_SECRET,
            "settings": {"server_url": provider.url},
        }  # fmt: skip
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
        provider.says = AMY
        yield provider


def go_there(client: Client, next: str = "") -> dict[str, str]:
    """Press the button; what the browser is sent to the provider with."""
    response = client.post(f"{reverse('openid_connect_login', args=['company'])}?next={next}")
    assert response.status_code == 302
    return dict(parse_qsl(urlsplit(response.headers["Location"]).query))


def sign_in_there(client: Client, provider: Provider, *, next: str = ""):
    """The whole way: to the provider, and back with its code."""
    back = urlsplit(provider.authorize(go_there(client, next)))
    return client.get(f"{back.path}?{back.query}")


def is_in(client: Client) -> bool:
    return client.get(reverse("accounts:profile")).status_code == 200


def test_the_button_stands_on_the_page(client, amy, provider) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert "Sign in with Company" in page
    assert reverse("openid_connect_login", args=["company"]) in page


def test_opens_the_account_of_a_verified_address(client, amy, provider) -> None:
    response = sign_in_there(client, provider)
    assert response.headers["Location"] == "/"
    # No page of ours was looked at on the way; the phone's pages ask all the same whose the device is.
    assert response.cookies[PHONE_ASK]["path"] == reverse("phone:shell")
    assert provider.refused == []
    assert is_in(client)
    assert SocialAccount.objects.get(user=amy).uid == "u-1"
    # The password stays a way in.
    amy.refresh_from_db()
    assert amy.has_usable_password()


def test_a_proof_goes_with_the_code(client, amy, provider) -> None:
    """PKCE: a code that somebody else has read is worth nothing."""
    sign_in_there(client, provider)
    (asked,) = provider.asked
    assert asked["code_challenge_method"] == "S256"
    assert "openid" in asked["scope"].split()


def test_comes_back_to_the_page_asked_for_and_to_no_other_site(amy, provider) -> None:
    wanted = reverse("accounts:profile")
    assert sign_in_there(Client(), provider, next=wanted).headers["Location"] == wanted
    assert sign_in_there(Client(), provider, next="https://evil.example/").headers["Location"] == "/"


@pytest.mark.parametrize(
    "says",
    [
        AMY | {"email_verified": False},
        AMY | {"email": "nobody@example.com"},
        {"sub": "u-1"},
    ],
)
def test_opens_nothing_otherwise(client, amy, provider, says) -> None:
    provider.says = says
    response = sign_in_there(client, provider)
    assert not is_in(client)
    assert User.objects.count() == 1
    assert not SocialAccount.objects.exists()
    # A page that says what to do, not a form to sign up with.
    page = client.get(response.headers["Location"], follow=True) if response.status_code == 302 else response
    assert "Ask for an invitation" in page.content.decode()


def test_the_second_time_the_number_counts_not_the_address(amy, provider) -> None:
    sign_in_there(Client(), provider)
    provider.says = AMY | {"email": "amy.renamed@example.com"}
    again = Client()
    sign_in_there(again, provider)
    assert is_in(again)


def test_a_closed_account_stays_closed(client, amy, provider) -> None:
    User.objects.filter(pk=amy.pk).update(is_active=False)
    response = sign_in_there(client, provider)
    assert not is_in(client)
    assert "Location" not in response.headers or response.headers["Location"] != "/"


def test_a_second_step_is_asked_for_all_the_same(client, amy, provider) -> None:
    with_totp(amy)
    assert sign_in_there(client, provider).headers["Location"] == reverse("mfa_authenticate")
    assert not is_in(client)


def test_an_answer_that_nobody_asked_for_opens_nothing(client, amy, provider) -> None:
    back = provider.authorize({"redirect_uri": "http://testserver/x", "state": "made-up"})
    callback = reverse("openid_connect_callback", args=["company"])
    response = client.get(f"{callback}?{urlsplit(back).query}")
    assert "The sign-in did not work" in response.content.decode()
    assert not is_in(client)


def test_another_browser_cannot_use_the_answer(amy, provider) -> None:
    asked = go_there(Client())
    callback = reverse("openid_connect_callback", args=["company"])
    stranger = Client()
    stranger.get(f"{callback}?code=x&state={asked['state']}")
    assert not is_in(stranger)


def test_a_refusal_of_the_provider_is_told(client, amy, provider) -> None:
    asked = go_there(client)
    callback = reverse("openid_connect_callback", args=["company"])
    response = client.get(f"{callback}?error=access_denied&state={asked['state']}", follow=True)
    assert "The sign-in was cancelled" in response.content.decode()
    assert not is_in(client)


def test_a_provider_that_is_away_is_told(client, amy, provider, settings) -> None:
    app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    app["settings"]["server_url"] = "http://127.0.0.1:1"
    response = client.post(reverse("openid_connect_login", args=["company"]))
    assert response.status_code == 503
    assert "The sign-in did not work" in response.content.decode()
