"""Sign-in by the company's identity provider: it opens accounts that exist, by an address that it has verified."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialLogin

from accounts import actions
from accounts.adapters import SocialAccountAdapter
from accounts.models import User


def login_as(adapter: SocialAccountAdapter, email: str, *, verified: bool) -> SocialLogin:
    """What the provider says about somebody who comes for the first time."""
    return SocialLogin(
        provider=adapter.get_provider(adapter.request, "company"),
        user=User(email=email),
        account=SocialAccount(provider="company", uid="u-1"),
        email_addresses=[EmailAddress(email=email, verified=verified, primary=True)],
    )


@pytest.fixture
def amy(db, settings) -> User:
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"APPS": [{"provider_id": "company", "client_id": "id", "secret": "s"}]}
    }
    return actions.create_user(email="amy@example.com", name="Amy", password="three green bicycles")


@pytest.mark.parametrize(
    ("email", "verified", "opens"),
    [
        ("amy@example.com", True, True),
        ("AMY@example.com", True, True),
        ("amy@example.com", False, False),
        ("nobody@example.com", True, False),
    ],
)
def test_which_account_opens(amy, rf, email, verified, opens) -> None:
    adapter = SocialAccountAdapter(rf.get("/"))
    found = adapter.authenticate_by_email(login_as(adapter, email, verified=verified))
    assert (found[0] if found else None) == (amy if opens else None)


def test_nobody_signs_up_through_it(amy, rf) -> None:
    adapter = SocialAccountAdapter(rf.get("/"))
    assert not adapter.is_open_for_signup(rf.get("/"), login_as(adapter, "nobody@example.com", verified=True))


def test_the_password_stays_as_it_is(amy, rf) -> None:
    """allauth drops the password of an account whose address nobody vouched for; here administrators did."""
    EmailAddress.objects.filter(user=amy).delete()
    adapter = SocialAccountAdapter(rf.get("/"))
    adapter.authenticate_by_email(login_as(adapter, "amy@example.com", verified=True))
    assert EmailAddress.objects.get(user=amy).verified
    amy.refresh_from_db()
    assert amy.has_usable_password()
