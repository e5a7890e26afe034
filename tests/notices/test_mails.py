"""Mails: in the reader's language and time, as text and HTML, with links that lead to the step, and a way out."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.notices import unsubscribe
from accounts.notices.choices import MailWhen
from accounts.notices.delivering import run
from accounts.notices.models import Notice, NoticeHours
from alerts.models import Case
from tests.cast import sign_in
from tests.notices.conftest import NOON
from tests.notices.test_outbox import morning

pytestmark = pytest.mark.django_db
Tell = Callable[..., Notice]


def html_of(mail: Any) -> str:
    ((content, kind),) = mail.alternatives
    assert kind == "text/html"
    return str(content)


def test_one_case_is_one_mail_as_text_and_html(
    tell: Tell, bob: User, case: Case, mailoutbox: list[Any], client: Client
) -> None:
    notice = tell(bob)
    run(NOON)
    (mail,) = mailoutbox
    assert mail.subject == f"New warning: Overdue, {case.dealer.name}"
    link = f"{settings.SITE_URL}{reverse('notices:open', args=[notice.pk])}"
    for text in (mail.body, html_of(mail)):
        assert case.dealer.name in text
        assert "21 days" in text
        assert f"{link}?do=acknowledge" in text
        assert f"{link}?do=assign" in text
        assert f"{link}?do=dismiss" in text
    assert not re.search(r"<script|<img|\sstyle=|\son[a-z]+=", html_of(mail))


def test_what_the_reader_may_not_do_is_not_offered(tell: Tell, alice: User, mailoutbox: list[Any]) -> None:
    tell(alice)
    run(NOON)
    assert "?do=acknowledge" in mailoutbox[0].body
    assert "?do=dismiss" not in mailoutbox[0].body


def test_the_link_asks_to_sign_in_and_leads_to_the_step(tell: Tell, bob: User, case: Case, client: Client) -> None:
    notice = tell(bob)
    url = reverse("notices:open", args=[notice.pk])
    assert client.get(url + "?do=dismiss").headers["Location"].startswith(reverse("account_login"))
    notice.refresh_from_db()
    assert notice.read_at is None

    sign_in(client, bob)
    answer = client.get(url + "?do=dismiss")
    assert answer.headers["Location"] == reverse("alerts:case", args=[case.pk]) + "?do=dismiss#dismiss"
    notice.refresh_from_db()
    assert notice.read_at is not None
    page = client.get(answer.headers["Location"]).content.decode()
    assert re.search(r'<details class="case-fold" id="dismiss" open>', page)
    # The step itself is only taken by a person who presses the button.
    case.refresh_from_db()
    assert case.state == "OPEN"
    assert client.get(url + "?do=merge").headers["Location"] == reverse("alerts:case", args=[case.pk])


@pytest.mark.parametrize(
    ("language", "html_lang"), [("zh-hans", 'lang="zh-hans"'), ("ja", 'lang="ja"'), ("ko", 'lang="ko"')]
)
def test_it_is_written_in_the_readers_language(
    tell: Tell, alice: User, mailoutbox: list[Any], language: str, html_lang: str
) -> None:
    User.objects.filter(pk=alice.pk).update(language=language)
    tell(alice)
    run(NOON)
    (mail,) = mailoutbox
    assert html_lang in html_of(mail)
    assert "Overdue" not in mail.body


def test_dealers_names_are_only_text(tell: Tell, alice: User, case: Case, mailoutbox: list[Any]) -> None:
    case.dealer.name = "Fish & <b>Chips</b>\r\nBcc: all@example.com"
    case.dealer.save()
    tell(alice)
    run(NOON)
    (mail,) = mailoutbox
    assert "<b>Chips</b>" not in html_of(mail)
    assert "\n" not in mail.subject
    assert mail.recipients() == [alice.email]
    assert "Fish & <b>Chips</b>" in mail.body


def test_the_morning_mail_groups_by_kind(tell: Tell, alice: User, mailoutbox: list[Any]) -> None:
    tell(alice, severity=1)
    tell(alice, severity=2)
    tell(alice, kind="warnings.solved", severity=0)
    run(NOON)
    run(morning(12))
    (mail,) = mailoutbox
    assert mail.subject == "3 notices for March 12, 2026"
    assert mail.body.index("A new warning\n") < mail.body.index("A warning was solved, dismissed or merged\n")


# --- The way out -------------------------------------------------------------------------------------------------------------


def test_one_click_ends_mails_of_the_kind_without_signing_in(
    tell: Tell, alice: User, mailoutbox: list[Any], client: Client
) -> None:
    tell(alice)
    run(NOON)
    headers = mailoutbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    (url,) = re.findall(rf"<{re.escape(settings.SITE_URL)}(/[^>]+)>", headers["List-Unsubscribe"])

    # Looking is not agreeing: scanners of mails follow links.
    assert client.get(url).status_code == 200
    assert not alice.notice_wishes.exists()
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 200

    wish = alice.notice_wishes.get()
    assert (wish.kind, wish.mail, wish.inbox) == ("warnings.opened", MailWhen.NEVER, True)
    tell(alice)
    run(NOON)
    assert len(mailoutbox) == 1


def test_one_click_ends_the_morning_mail(tell: Tell, alice: User, mailoutbox: list[Any], client: Client) -> None:
    tell(alice, severity=1)
    run(NOON)
    run(morning(12))
    (url,) = re.findall(r"<[a-z]+://[^/]+(/[^>]+)>", mailoutbox[0].extra_headers["List-Unsubscribe"])
    client.post(url)
    assert not NoticeHours.objects.get(user=alice).digest
    tell(alice, severity=1)
    run(morning(12))
    run(morning(13))
    assert len(mailoutbox) == 1


def test_a_forged_link_ends_nothing(alice: User, client: Client) -> None:
    token = unsubscribe.token(alice, "warnings.opened")
    for forged in (token[:-2] + "xx", token.replace(":", "-"), "x"):
        assert client.post(reverse("notices:unsubscribe", args=[forged])).status_code == 404
    assert not alice.notice_wishes.exists()
