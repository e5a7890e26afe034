"""Coming in: by password, with a second step, by invitation, by the company's identity provider; and staying out."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts import actions
from accounts.adapters import MFAAdapter
from accounts.middleware import HAS_SECOND_FACTOR
from accounts.models import User
from tests.cast import hire, sign_in
from tests.factories import UserFactory

PASSWORD = "three green bicycles"
LOGIN = "/accounts/login/"


@pytest.fixture
def amy(db: None) -> User:
    """Somebody with a password and no assignment."""
    return actions.create_user(email="amy@example.com", name="Amy", password=PASSWORD, language="en")


def try_to_sign_in(client: Client, email: str = "amy@example.com", password: str = PASSWORD):
    return client.post(LOGIN, {"login": email, "password": password})


# --- Password -------------------------------------------------------------------------------------------------------------


def test_signs_in_by_address_in_any_case_and_password(client, amy) -> None:
    response = try_to_sign_in(client, "Amy@Example.COM")
    assert response.status_code == 302
    assert response.headers["Location"] == "/"
    assert client.get(reverse("accounts:profile")).status_code == 200


def test_comes_back_to_the_page_asked_for(client, amy) -> None:
    wanted = reverse("accounts:profile")
    response = client.get(wanted)
    assert response.headers["Location"] == f"{LOGIN}?next={wanted}"
    response = client.post(LOGIN, {"login": "amy@example.com", "password": PASSWORD, "next": wanted})
    assert response.headers["Location"] == wanted


def test_goes_to_no_other_site(client, amy) -> None:
    data = {"login": "amy@example.com", "password": PASSWORD, "next": "https://elsewhere.example/"}
    assert client.post(LOGIN, data).headers["Location"] == "/"


@pytest.mark.parametrize(
    ("email", "password"), [("amy@example.com", "wrong words here"), ("nobody@example.com", PASSWORD)]
)
def test_says_the_same_whether_address_or_password_is_wrong(client, amy, email, password) -> None:
    response = try_to_sign_in(client, email, password)
    assert response.status_code == 200
    assert response.context["form"].non_field_errors() == [
        "The email address and/or password you specified are not correct."
    ]


def test_a_closed_account_stays_out(client, amy) -> None:
    amy.is_active = False
    amy.save()
    try_to_sign_in(client)
    assert client.get(reverse("accounts:profile")).status_code == 302


def test_closing_an_account_ends_its_sessions_at_once(client, amy, ada) -> None:
    try_to_sign_in(client)
    assert client.get(reverse("accounts:profile")).status_code == 200
    actions.deactivate_user(actor=ada, user=amy)
    assert client.get(reverse("accounts:profile")).status_code == 302
    assert not UserSession.objects.filter(user=amy).exists()


def test_passwords_are_hashed_with_argon2(amy) -> None:
    assert amy.password.startswith("argon2$argon2id$")


@pytest.mark.parametrize(
    ("password", "accepted"),
    [
        ("elevenchars", False),
        ("twelve chars", True),
        ("q1w2e3r4t5y6", False),
        ("amy@example.com", False),
        ("长长的密码需要十二个字符以上", True),
    ],
)
def test_which_passwords_are_accepted(client, amy, password, accepted) -> None:
    try_to_sign_in(client)
    data = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    client.post(reverse("account_change_password"), data)
    amy.refresh_from_db()
    assert amy.check_password(password) is accepted


def test_there_is_no_sign_up(client, db) -> None:
    data = {"email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD}
    response = client.post(reverse("account_signup"), data)
    assert "No open sign-up" in response.content.decode()
    assert not User.objects.filter(email="new@example.com").exists()


# --- Everybody must ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 302), ({"HX-Request": "true"}, 401), ({"Accept": "application/json"}, 401), ({"Accept": "text/html"}, 302)],
)
def test_pages_redirect_and_fragments_answer_401(client, db, headers, status) -> None:
    assert client.get(reverse("accounts:profile"), headers=headers).status_code == status


def test_the_back_office_uses_the_same_door(client, alice, ada, client_of) -> None:
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0].startswith(LOGIN)
    assert response.context["request"].GET["next"] == "/admin/"
    assert client_of(alice).get("/admin/", follow=True).status_code == 403
    assert client_of(ada).get("/admin/").status_code == 200


# --- Invitation -------------------------------------------------------------------------------------------------------------


def test_an_invitation_lets_a_new_user_set_her_password(client, ada, client_of, worker) -> None:
    data = {"email": "Kim@example.com", "name": "김하늘", "language": "ko", "time_zone": "Asia/Seoul"}
    with worker():
        client_of(ada).post(reverse("accounts:user_create"), data)
    kim = User.objects.get(email="kim@example.com")
    assert not kim.has_usable_password()
    assert EmailAddress.objects.get(user=kim).verified
    (message,) = mail.outbox
    assert message.to == ["kim@example.com"]
    (link,) = re.findall(r"http://testserver(/\S+)", message.body)
    page = client.get(link, follow=True)
    assert page.status_code == 200
    address = page.redirect_chain[-1][0]
    client.post(address, {"password1": PASSWORD, "password2": PASSWORD})
    kim.refresh_from_db()
    assert kim.check_password(PASSWORD)
    # The link works once, in another browser, too.
    again = Client().get(link, follow=True)
    assert "no longer works" in again.content.decode()


# --- Second step ------------------------------------------------------------------------------------------------------------


def with_totp(user: User) -> str:
    """Give the user an authenticator app; its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_a_code_of_the_app_is_asked_for(client, amy) -> None:
    secret = with_totp(amy)
    response = try_to_sign_in(client)
    assert response.headers["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("accounts:profile")).status_code == 302
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert client.post(reverse("mfa_authenticate"), {"code": code_of(secret)}).status_code == 302
    assert client.get(reverse("accounts:profile")).status_code == 200


def test_secrets_are_sealed_at_rest(amy) -> None:
    secret = with_totp(amy)
    stored = Authenticator.objects.get(user=amy).data["secret"]
    assert secret not in stored
    assert MFAAdapter().decrypt(stored) == secret


def test_an_older_key_still_opens(settings) -> None:
    settings.SECRET_KEY = "the first key of many"
    sealed = MFAAdapter().encrypt("JBSWY3DP")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the second key", ["the first key of many"]
    assert MFAAdapter().decrypt(sealed) == "JBSWY3DP"


@pytest.mark.parametrize(
    ("name", "needs"),
    [("alice", False), ("rory", False), ("bob", True), ("dora", True), ("fay", True), ("ada", True)],
)
def test_roles_that_decide_set_up_a_second_factor_first(name, needs, territories, settings) -> None:
    settings.SECOND_FACTOR_DEMANDED = True
    user = hire(name, territories)
    client = sign_in(Client(), user)
    response = client.get(reverse("accounts:profile"))
    assert response.status_code == (302 if needs else 200)
    if needs:
        assert response.headers["Location"] == reverse("mfa_index")
        # What sets it up stays open, fragments and posts do not.
        assert client.get(reverse("mfa_index")).status_code == 200
        assert client.get(reverse("mfa_activate_totp")).status_code == 200
        assert client.get(reverse("accounts:profile"), headers={"HX-Request": "true"}).status_code == 403
        assert client.post(reverse("accounts:user_create"), {"email": "x@example.com"}).status_code == 302
        assert not User.objects.filter(email="x@example.com").exists()
        with_totp(user)
        assert client.get(reverse("accounts:profile")).status_code == 200
        assert client.session[HAS_SECOND_FACTOR]


def test_a_superuser_needs_one_too(db, settings) -> None:
    settings.SECOND_FACTOR_DEMANDED = True
    client = sign_in(Client(), UserFactory(is_superuser=True, is_staff=True))
    assert client.get("/admin/").headers["Location"] == reverse("mfa_index")


def test_on_one_machine_nobody_is_asked(bob, client_of, settings) -> None:
    settings.SECOND_FACTOR_DEMANDED = False
    assert client_of(bob).get(reverse("accounts:profile")).status_code == 200


def test_the_last_factor_of_who_needs_one_stays(bob, alice, settings) -> None:
    settings.SECOND_FACTOR_DEMANDED = True
    with_totp(bob)
    with_totp(alice)
    adapter = MFAAdapter()
    assert not adapter.can_delete_authenticator(Authenticator.objects.get(user=bob))
    assert adapter.can_delete_authenticator(Authenticator.objects.get(user=alice))
    Authenticator.objects.create(user=bob, type=Authenticator.Type.WEBAUTHN, data={})
    assert adapter.can_delete_authenticator(Authenticator.objects.get(user=bob, type=Authenticator.Type.TOTP))


def test_changing_factors_asks_for_the_password_again(client, amy) -> None:
    try_to_sign_in(client)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()
    response = client.get(reverse("mfa_activate_totp"))
    assert response.headers["Location"].startswith(reverse("account_reauthenticate"))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


# --- Passkeys -----------------------------------------------------------------------------------------------------------------


def test_passkeys_are_offered(client, db) -> None:
    page = client.get(LOGIN).content.decode()
    assert 'id="passkey_login"' in page
    options = client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"}).json()
    assert options["request_options"]["publicKey"]["userVerification"] in ("preferred", "required")


@pytest.mark.parametrize(
    "name", ["account_login", "mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "usersessions_list"]
)
def test_pages_of_sign_in_hold_the_content_policy(client, amy, name) -> None:
    """No script, style or handler inside the page: script elements have a src or hold data."""
    if name != "account_login":
        try_to_sign_in(client)
    page = client.get(reverse(name)).content.decode()
    for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", page, re.DOTALL):
        assert "src=" in attributes or 'type="application/json"' in attributes, body[:80]
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"", page)


# --- Devices ------------------------------------------------------------------------------------------------------------------


def test_signs_out_another_device_of_her_own(amy) -> None:
    here, there = Client(), Client()
    try_to_sign_in(here)
    try_to_sign_in(there)
    other = UserSession.objects.get(session_key=there.session.session_key)
    assert here.post(reverse("accounts:session_end", args=[other.pk])).status_code == 302
    assert there.get(reverse("accounts:profile")).status_code == 302
    assert here.get(reverse("accounts:profile")).status_code == 200


def test_nobody_signs_out_the_device_of_another(amy) -> None:
    actions.create_user(email="ben@example.com", name="Ben", password=PASSWORD)
    amys, bens = Client(), Client()
    try_to_sign_in(amys)
    try_to_sign_in(bens, "ben@example.com")
    session = UserSession.objects.get(session_key=amys.session.session_key)
    assert bens.post(reverse("accounts:session_end", args=[session.pk])).status_code == 404
    assert amys.get(reverse("accounts:profile")).status_code == 200


def test_a_new_password_ends_the_other_sessions(amy) -> None:
    here, there = Client(), Client()
    try_to_sign_in(here)
    try_to_sign_in(there)
    data = {"oldpassword": PASSWORD, "password1": "four blue tricycles", "password2": "four blue tricycles"}
    here.post(reverse("account_change_password"), data)
    assert there.get(reverse("accounts:profile")).status_code == 302
