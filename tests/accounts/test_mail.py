"""Mail about accounts: sent by the worker, in the reader's language, and telling nobody who has an account."""

from __future__ import annotations

import re
from smtplib import SMTPServerDisconnected

import pytest
from celery.exceptions import Retry
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import actions
from accounts.adapters import AccountAdapter
from accounts.models import User
from accounts.tasks import deliver, send_password_reset
from tests.accounts.conftest import PASSWORD

ASKED = {"email": "amy@example.com", "origin": "http://testserver", "language": "en"}


def test_a_forgotten_password_tells_nobody_who_has_an_account(client, amy, worker) -> None:
    with worker():
        for email in ("Amy@example.com", "nobody@example.com"):
            response = client.post(reverse("account_reset_password"), {"email": email})
            assert response.headers["Location"] == reverse("account_reset_password_done")
    assert [message.to for message in mail.outbox] == [["amy@example.com"]]


def test_nor_by_the_time_or_the_work_it_takes(amy, django_capture_on_commit_callbacks) -> None:
    """The request asks the database the same, sends nothing, and leaves one task with the same name."""
    work = {}
    for email in ("amy@example.com", "nobody@example.com"):
        client = Client()
        client.get(reverse("account_reset_password"))
        with CaptureQueriesContext(connection) as queries, django_capture_on_commit_callbacks() as left:
            client.post(reverse("account_reset_password"), {"email": email})
        work[email] = [re.sub(r"'[^']*'", "?", query["sql"]) for query in queries], len(left)
        assert mail.outbox == []
    assert work["amy@example.com"] == work["nobody@example.com"]
    assert work["amy@example.com"][1] == 1


def test_a_closed_account_gets_no_link(amy) -> None:
    User.objects.filter(pk=amy.pk).update(is_active=False)
    send_password_reset(**ASKED)
    assert mail.outbox == []


def test_the_link_sets_a_new_password(client, amy, worker) -> None:
    with worker():
        client.post(reverse("account_reset_password"), {"email": "amy@example.com"})
    (link,) = re.findall(r"http://testserver(/\S+)", mail.outbox[0].body)
    address = client.get(link, follow=True).redirect_chain[-1][0]
    with worker():
        client.post(address, {"password1": "four blue tricycles", "password2": "four blue tricycles"})
    amy.refresh_from_db()
    assert amy.check_password("four blue tricycles")
    # And she is told that it happened.
    assert len(mail.outbox) == 2


@pytest.mark.parametrize(("language", "subject"), [("ja", "パスワードの再設定"), ("en", "Set a new password")])
def test_mails_are_in_the_readers_language(amy, language, subject) -> None:
    User.objects.filter(pk=amy.pk).update(language=language)
    send_password_reset(**ASKED | {"language": "ko"})
    assert subject in mail.outbox[0].subject


def test_who_has_chosen_none_gets_that_of_the_page(amy) -> None:
    User.objects.filter(pk=amy.pk).update(language="")
    send_password_reset(**ASKED)
    assert mail.outbox[0].subject == "Set a new password"


def test_links_in_mails_name_our_own_address(client, amy, worker, settings) -> None:
    settings.PRODUCTION = True
    settings.SITE_URL = "https://crm.example.com"
    settings.ALLOWED_HOSTS = ["*"]
    with worker():
        client.post(reverse("account_reset_password"), {"email": "amy@example.com"}, headers={"Host": "evil.example"})
    assert "https://crm.example.com/accounts/password/reset/key/" in mail.outbox[0].body
    assert "evil.example" not in mail.outbox[0].body


def test_no_link_that_opens_an_account_lies_in_the_queue(client, amy, monkeypatch, django_capture_on_commit_callbacks):
    sent = []
    monkeypatch.setattr("accounts.tasks.send_password_reset.delay", lambda **asked: sent.append(asked))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("account_reset_password"), {"email": "amy@example.com"})
    assert sent == [ASKED]


# --- Notifications --------------------------------------------------------------------------------------------------------


def test_a_changed_password_is_told_in_the_readers_language(client, amy, worker) -> None:
    User.objects.filter(pk=amy.pk).update(language="ja")
    client.post("/accounts/login/", {"login": "amy@example.com", "password": PASSWORD})
    data = {"oldpassword": PASSWORD, "password1": "four blue tricycles", "password2": "four blue tricycles"}
    with worker():
        client.post(reverse("account_change_password"), data, headers={"User-Agent": "Rollator/1.0"})
        assert mail.outbox == []
    (message,) = mail.outbox
    assert message.to == ["amy@example.com"]
    assert "Rollator/1.0" in message.body
    assert message.body.startswith("Amy 様")


def test_a_queue_that_is_down_does_not_undo_what_is_told(client, amy, monkeypatch, django_capture_on_commit_callbacks):
    def down(**_wanted):
        raise ConnectionError

    monkeypatch.setattr("accounts.tasks.deliver.delay", down)
    client.post("/accounts/login/", {"login": "amy@example.com", "password": PASSWORD})
    data = {"oldpassword": PASSWORD, "password1": "four blue tricycles", "password2": "four blue tricycles"}
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(reverse("account_change_password"), data).status_code == 302
    amy.refresh_from_db()
    assert amy.check_password("four blue tricycles")


def test_a_mail_server_that_is_away_is_tried_again(monkeypatch) -> None:
    def away(_message) -> int:
        raise SMTPServerDisconnected

    monkeypatch.setattr("accounts.tasks.EmailMessage.send", away)
    with pytest.raises(Retry):
        deliver.apply(
            kwargs={"subject": "", "body": "", "sender": "a@example.com", "to": ["b@example.com"]}, throw=True
        )


def test_every_mail_of_the_adapter_goes_that_way() -> None:
    """Whatever allauth sends goes through these two."""
    assert "send_mail" in vars(AccountAdapter)
    assert AccountAdapter.send_notification_mail.__module__ == "allauth.account.adapter"


def test_an_invitation_to_a_closed_account_is_not_sent(amy, ada, client_of, worker) -> None:
    with worker():
        client_of(ada).post(reverse("accounts:user_invite", args=[amy.pk]))
        actions.deactivate_user(actor=ada, user=amy)
    assert mail.outbox == []
