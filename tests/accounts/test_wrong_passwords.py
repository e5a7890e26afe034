"""Wrong passwords: guessing is slowed down, and whoever guesses at a colleague's address does not lock her out."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts import devices
from accounts.models import User
from tests.accounts.conftest import PASSWORD

LOGIN = "/accounts/login/"
WRONG = "wrong words here"


@pytest.fixture(autouse=True)
def quick(settings) -> None:
    """A hash that is quick to make, and a limit that is soon reached."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login_failed_anywhere": "9/h/key"}


def attempt(client: Client, password: str, *, here: str = "192.0.2.1", login: str = "amy@example.com"):
    return client.post(LOGIN, {"login": login, "password": password}, REMOTE_ADDR=here)


def is_in(response) -> bool:
    return response.status_code == 302


def too_many(response) -> bool:
    return not is_in(response) and "Too many failed login attempts" in str(response.context["form"].non_field_errors())


def sign_out(client: Client) -> None:
    client.post(reverse("account_logout"))


def test_guessing_is_slowed_down(client, amy) -> None:
    for _attempt in range(5):
        assert not too_many(attempt(client, WRONG))
    response = attempt(client, PASSWORD)
    assert too_many(response)
    # And says what lets her in.
    assert "have a link to set a new password sent to you" in str(response.context["form"].non_field_errors())
    assert reverse("account_reset_password") in response.content.decode()


def test_so_is_guessing_at_an_address_without_account(client, db) -> None:
    for _attempt in range(5):
        assert not too_many(attempt(client, WRONG, login="nobody@example.com"))
    assert too_many(attempt(client, WRONG, login="nobody@example.com"))


def test_good_attempts_do_not_count(client, amy) -> None:
    for _time in range(7):
        assert is_in(attempt(client, PASSWORD))
        sign_out(client)


def test_guesses_from_elsewhere_do_not_lock_the_owner_out(amy) -> None:
    for _attempt in range(6):
        attempt(Client(), WRONG, here="203.0.113.9")
    assert too_many(attempt(Client(), PASSWORD, here="203.0.113.9"))
    assert is_in(attempt(Client(), PASSWORD, here="192.0.2.1"))


def guess_from_everywhere(times: int = 10) -> None:
    for number in range(times):
        attempt(Client(), WRONG, here=f"203.0.113.{number + 1}")


def test_guesses_from_very_many_places_are_counted_together(amy) -> None:
    guess_from_everywhere()
    assert too_many(attempt(Client(), PASSWORD, here="198.51.100.7"))


def test_a_browser_where_she_signed_in_before_stays_open(amy) -> None:
    own = Client()
    assert is_in(attempt(own, PASSWORD))
    sign_out(own)
    guess_from_everywhere()
    assert too_many(attempt(Client(), PASSWORD, here="192.0.2.1"))
    assert is_in(attempt(own, PASSWORD))
    # Guesses in that very browser are counted like any other.
    sign_out(own)
    for _attempt in range(5):
        assert not too_many(attempt(own, WRONG))
    assert too_many(attempt(own, PASSWORD))


def test_guesses_in_her_own_office_do_not_lock_it_out(amy) -> None:
    """One address for many people: the limit by address is not for browsers that are known."""
    own = Client()
    attempt(own, PASSWORD)
    sign_out(own)
    for number in range(12):
        attempt(Client(), WRONG, login=f"colleague{number}@example.com")
    assert is_in(attempt(own, PASSWORD))


def test_the_mailed_link_lets_her_in(client, amy, worker) -> None:
    guess_from_everywhere()
    own = Client()
    assert too_many(attempt(own, PASSWORD))
    with worker():
        own.post(reverse("account_reset_password"), {"email": "amy@example.com"}, REMOTE_ADDR="192.0.2.1")
    (link,) = re.findall(r"http://testserver(/\S+)", mail.outbox[0].body)
    address = own.get(link, follow=True).redirect_chain[-1][0]
    own.post(address, {"password1": "four blue tricycles", "password2": "four blue tricycles"})
    guess_from_everywhere()
    assert is_in(attempt(own, "four blue tricycles"))


def test_a_known_browser_is_no_sign_in(amy, db) -> None:
    own = Client()
    attempt(own, PASSWORD)
    sign_out(own)
    assert own.get(reverse("accounts:profile")).status_code == 302


# --- The cookie -----------------------------------------------------------------------------------------------------------


def test_the_cookie_is_signed_and_spells_no_address_out(amy, rf) -> None:
    own = Client()
    attempt(own, PASSWORD)
    cookie = own.cookies[devices.COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert "amy" not in cookie.value
    request = rf.get("/")
    request.COOKIES[devices.COOKIE] = cookie.value
    assert devices.known(request, "AMY@example.com")
    assert not devices.known(request, "ben@example.com")
    request.COOKIES[devices.COOKIE] = cookie.value[:-2] + "xx"
    assert not devices.known(request, "amy@example.com")


@pytest.mark.parametrize("value", ["", "x", "a:b:c", ".eJ:1:x", "\x00"])
def test_any_other_cookie_is_none(rf, value) -> None:
    request = rf.get("/")
    request.COOKIES[devices.COOKIE] = value
    assert devices.known(request, "amy@example.com") == ""


def test_one_browser_knows_a_few_colleagues(rf) -> None:
    request = rf.get("/")
    for number in range(devices.MOST_LOGINS + 1):
        response = HttpResponse()
        devices.remember(request, response, f"person{number}@example.com")
        request.COOKIES[devices.COOKIE] = response.cookies[devices.COOKIE].value
    assert not devices.known(request, "person0@example.com")
    names = {devices.known(request, f"person{number}@example.com") for number in range(1, devices.MOST_LOGINS + 1)}
    assert len(names) == 1
    assert names != {""}


def test_a_failed_attempt_is_no_reason_to_know_a_browser(client, amy) -> None:
    attempt(client, WRONG)
    assert devices.COOKIE not in client.cookies


def test_a_second_step_comes_before_a_browser_is_known(client, amy) -> None:
    from tests.accounts.test_sign_in import with_totp

    with_totp(amy)
    attempt(client, PASSWORD)
    assert devices.COOKIE not in client.cookies


# --- Other limits ---------------------------------------------------------------------------------------------------------


def test_nobodys_mailbox_is_flooded(amy, worker) -> None:
    with worker():
        for number in range(8):
            response = Client().post(
                reverse("account_reset_password"), {"email": "amy@example.com"}, REMOTE_ADDR=f"203.0.113.{number}"
            )
    assert len(mail.outbox) == 5
    assert response.status_code == 429
    assert "Too many requests" in response.content.decode()
    cache.clear()


def test_the_page_of_a_limit_is_ours_and_in_the_visitors_language(client, db) -> None:
    for _time in range(6):
        response = client.post(
            reverse("account_reset_password"), {"email": "amy@example.com"}, headers={"Accept-Language": "ja"}
        )
    assert response.status_code == 429
    assert 'lang="ja"' in response.content.decode()


def test_reading_the_address_is_the_same_in_any_case(client, amy) -> None:
    for login in ("amy@example.com", "AMY@example.com", " amy@example.com", "Amy@Example.com", "amy@EXAMPLE.com"):
        attempt(client, WRONG, login=login)
    assert too_many(attempt(client, PASSWORD))
    assert User.objects.count() == 1
