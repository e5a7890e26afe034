"""Webhooks against a real server with TLS on this machine: signed, tried again, switched off, and never into our own network."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.notices import outward, sealed, webhooks
from accounts.notices.choices import Channel, DeliveryState
from accounts.notices.delivering import LEASE, PAUSES_S, claim, route_some, run
from accounts.notices.models import Delivery, Notice, Webhook
from alerts.actions import assign, note
from alerts.models import Case
from tests.alerts.factories import TODAY
from tests.notices.conftest import NOON

Tell = Callable[..., Notice]


class Listener:
    """What the server got, and what it answers."""

    def __init__(self) -> None:
        self.status, self.headers_sent, self.got = 200, {}, []

    def start(self, folder: Path) -> None:
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.got.append((self.path, dict(self.headers), body))
                self.send_response(listener.status)
                for name, value in listener.headers_sent.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.certificate = certificate(folder)
        context.load_cert_chain(self.certificate)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"https://localhost:{self.server.server_port}/hook?of=crm"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def certificate(folder: Path) -> Path:
    """One for localhost that nobody else trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "localhost.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    """Of this machine, which only this test may post to."""
    listener = Listener()
    listener.start(tmp_path)
    monkeypatch.setattr(outward, "is_public", lambda address: ipaddress.ip_address(address).is_loopback)
    monkeypatch.setattr(outward, "_context", lambda: ssl.create_default_context(cafile=str(listener.certificate)))
    yield listener
    listener.server.shutdown()
    listener.server.server_close()


@pytest.fixture
def secret() -> str:
    return webhooks.new_secret()


@pytest.fixture
def webhook(db: None, server: Listener, secret: str) -> Webhook:
    return Webhook.objects.create(
        name="ERP", url=server.url, secret=sealed.seal(secret), kinds=["warnings.assigned", "warnings.opened"]
    )


@pytest.mark.django_db
def test_it_is_signed_as_standard_webhooks_says(
    webhook: Webhook, server: Listener, secret: str, case: Case, alice: User, bob: User
) -> None:
    assign(case_id=case.pk, to=bob, by=bob, at=NOON, on=TODAY)
    run(NOON)
    ((path, headers, body),) = server.got
    assert path == "/hook?of=crm"
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert int(headers["webhook-timestamp"]) == int(NOON.timestamp())
    message = json.loads(body)
    assert message["type"] == "warnings.assigned"
    assert message["data"]["dealer"] == case.dealer.code
    assert message["data"]["severity"] == 3


def test_the_example_of_the_standard_has_our_signature() -> None:
    """The vector that the standard's libraries are tested by."""
    found = webhooks.signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.django_db
def test_it_is_told_once_whoever_else_is_told_and_only_what_it_asked_for(
    webhook: Webhook, server: Listener, case: Case, bob: User
) -> None:
    assign(case_id=case.pk, to=bob, by=bob, at=NOON, on=TODAY)
    note(case_id=case.pk, text="He pays on Friday.", by=bob, at=NOON, on=TODAY)
    run(NOON)
    run(NOON)
    assert [json.loads(body)["type"] for _path, _headers, body in server.got] == ["warnings.assigned"]


@pytest.mark.django_db
def test_refused_is_tried_again_with_the_same_id_and_longer_pauses(
    webhook: Webhook, server: Listener, case: Case, bob: User
) -> None:
    server.status = 500
    assign(case_id=case.pk, to=bob, by=bob, at=NOON, on=TODAY)
    at, pauses = NOON, []
    for _try in range(3):
        run(at)
        delivery = Delivery.objects.get()
        pauses.append(int((delivery.next_at - at).total_seconds()))
        at = delivery.next_at
    assert pauses == list(PAUSES_S[:3])
    server.status = 204
    run(at)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries) == (DeliveryState.SENT, 4)
    assert len({headers["webhook-id"] for _path, headers, _body in server.got}) == 1
    webhook.refresh_from_db()
    assert webhook.failures == 0


@pytest.mark.django_db
def test_it_ends_after_the_last_try_and_waits_as_long_as_it_is_asked_to(
    webhook: Webhook, server: Listener, case: Case, bob: User
) -> None:
    server.status, server.headers_sent = 429, {"Retry-After": "900"}
    assign(case_id=case.pk, to=bob, by=bob, at=NOON, on=TODAY)
    run(NOON)
    delivery = Delivery.objects.get()
    assert delivery.next_at == NOON + dt.timedelta(seconds=900)
    for _try in range(len(PAUSES_S)):
        run(Delivery.objects.get().next_at)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries) == (DeliveryState.FAILED, len(PAUSES_S) + 1)
    assert delivery.error.startswith("429")


@pytest.mark.django_db
def test_after_many_failures_it_is_switched_off_and_administrators_are_told_once(
    webhook: Webhook, server: Listener, tell: Tell, case: Case, ada: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "MOST_FAILURES", 3)
    server.status = 503
    for number in range(5):
        assign(case_id=case.pk, to=bob, by=bob, at=NOON + dt.timedelta(minutes=number), on=TODAY)
        case.owner = None
        case.save()
    run(NOON)
    webhook.refresh_from_db()
    assert (webhook.active, webhook.disabled_at) == (False, NOON)
    assert len(server.got) == 3
    notice = Notice.objects.get(kind=webhooks.DISABLED)
    assert (notice.user, notice.facts["name"]) == (ada, "ERP")
    assert set(Delivery.objects.exclude(tries=1).values_list("state", flat=True)) <= {DeliveryState.DROPPED}


@pytest.mark.django_db
def test_gone_switches_it_off_at_once(webhook: Webhook, server: Listener, case: Case, ada: User, bob: User) -> None:
    server.status = 410
    assign(case_id=case.pk, to=bob, by=bob, at=NOON, on=TODAY)
    run(NOON)
    webhook.refresh_from_db()
    assert not webhook.active


@pytest.mark.django_db
def test_a_redirect_is_not_followed(webhook: Webhook, server: Listener, case: Case, bob: User) -> None:
    server.status, server.headers_sent = 302, {"Location": server.url}
    assign(case_id=case.pk, to=bob, by=bob, at=NOON, on=TODAY)
    run(NOON)
    assert len(server.got) == 1
    assert Delivery.objects.get().error.startswith("302")


@pytest.mark.django_db
def test_a_certificate_of_somebody_else_is_refused(
    webhook: Webhook, server: Listener, case: Case, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outward, "_context", ssl.create_default_context)
    assign(case_id=case.pk, to=bob, by=bob, at=NOON, on=TODAY)
    run(NOON)
    assert server.got == []
    assert "CERTIFICATE_VERIFY_FAILED" in Delivery.objects.get().error


@pytest.mark.django_db
def test_what_a_dead_worker_left_is_sent_again(webhook: Webhook, server: Listener, case: Case, bob: User) -> None:
    """With the same id: the receiver drops the second."""
    assign(case_id=case.pk, to=bob, by=bob, at=NOON, on=TODAY)
    while route_some(NOON):
        pass
    assert len(claim(Channel.WEBHOOK, NOON)) == 1
    run(NOON)
    assert server.got == []
    run(NOON + LEASE + dt.timedelta(seconds=1))
    assert len(server.got) == 1


# --- Where it may lead -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "is_public"),
    [
        ("93.184.215.14", True), ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True), ("127.0.0.1", False), ("10.0.0.1", False),
        ("172.16.0.1", False), ("192.168.1.1", False), ("169.254.169.254", False), ("100.64.0.1", False), ("0.0.0.0", False),
        ("224.0.0.1", False), ("255.255.255.255", False), ("::1", False), ("::", False), ("fe80::1%eth0", False),
        ("fd00::1", False), ("::ffff:10.0.0.1", False), ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False),
        ("64:ff9b::5db8:d70e", True), ("ff02::1", False), ("nonsense", False),
    ],
)  # fmt: skip
def test_only_the_internet_is_public(address: str, is_public: bool) -> None:
    assert outward.is_public(address) is is_public


@pytest.mark.parametrize("addresses", [["10.0.0.5"], ["93.184.215.14", "127.0.0.1"], ["::1"]])
def test_a_name_that_leads_home_is_refused(monkeypatch: pytest.MonkeyPatch, addresses: list[str]) -> None:
    """Also when only one of its addresses does: which one is taken would be luck."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: found)
    with pytest.raises(outward.Refused):
        outward.post("https://hook.example.com/", b"", {})


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that points elsewhere the second time is asked only once."""
    answers = iter([["93.184.215.14"], ["127.0.0.1"]])
    asked: list[tuple[str, int]] = []

    def lookup(*_args: Any, **_options: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in next(answers)]

    def connect(address: tuple[str, int], *_args: Any) -> None:
        asked.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(outward.Unreached):
        outward.post("https://hook.example.com/", b"", {})
    assert asked == [("93.184.215.14", 443)]


# --- Pages -------------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_secret_is_shown_once_and_sealed(ada: User, client_of: Callable[[User], Client]) -> None:
    client = client_of(ada)
    typed = {"name": "ERP", "url": "https://erp.example.com/hook", "kind": ["warnings.opened", "nonsense"]}
    page = client.post(reverse("notices:webhook_create"), typed).content.decode()
    webhook = Webhook.objects.get()
    secret = sealed.unseal(webhook.secret)
    assert secret in page
    assert secret not in webhook.secret
    assert webhook.kinds == ["warnings.opened"]
    assert secret not in client.get(reverse("notices:webhook", args=[webhook.pk])).content.decode()

    client.post(reverse("notices:webhook_secret", args=[webhook.pk]))
    webhook.refresh_from_db()
    assert sealed.unseal(webhook.secret) != secret


def test_a_secret_outlives_a_change_of_the_key(settings: Any) -> None:
    before = sealed.seal("whsec_x")
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another" * 10
    assert sealed.unseal(before) == "whsec_x"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(sealed.SecretLost):
        sealed.unseal(before)


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["http://erp.example.com/", "https://10.0.0.1/", "https://localhost:x/", "ftp://x", ""])
def test_addresses_that_are_not_taken(ada: User, client_of: Callable[[User], Client], url: str) -> None:
    answer = client_of(ada).post(reverse("notices:webhook_create"), {"name": "ERP", "url": url})
    assert answer.status_code == 422
    assert not Webhook.objects.exists()


@pytest.mark.django_db
def test_a_failed_delivery_is_sent_again_by_hand(
    webhook: Webhook, server: Listener, case: Case, ada: User, bob: User, client_of: Callable[[User], Client]
) -> None:
    server.status = 410
    assign(case_id=case.pk, to=bob, by=bob, at=NOON, on=TODAY)
    run(NOON)
    client, failed = client_of(ada), Delivery.objects.get(webhook=webhook)
    page = client.get(reverse("notices:webhook", args=[webhook.pk])).content.decode()
    assert "410" in page
    client.post(reverse("notices:webhook_edit", args=[webhook.pk]), {"name": "ERP", "url": server.url, "active": "1"})
    client.post(reverse("notices:webhook_again", args=[failed.pk]))
    server.status = 200
    run()
    failed.refresh_from_db()
    assert failed.state == DeliveryState.SENT
    assert len(server.got) == 2
