"""Web Push: encrypted as the standard's own example, signed, sent to the device alone, and silent about names."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Callable, Mapping
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.notices import outward, push
from accounts.notices.choices import Channel, DeliveryState
from accounts.notices.delivering import run
from accounts.notices.models import Delivery, Notice, NoticeHours, PushDevice
from alerts.models import Case
from tests.notices.conftest import NOON

Tell = Callable[..., Notice]
# RFC 8291, section 5 and appendix A.
DEVICE = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
SECRET = "BTBZMqHH6r4Tts7J_aSIgg"
SENDER, SALT = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw", "DGv6ra1nlYgDCS1FRnbzlw"
TEXT = b"When I grow up, I want to be a watermelon"
MESSAGE = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
    "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_it_encrypts_as_the_example_of_the_standard() -> None:
    key = ec.derive_private_key(int.from_bytes(push.unpacked(SENDER)), push.CURVE)
    found = push.encrypt(TEXT, DEVICE, SECRET, key=key, salt=push.unpacked(SALT))
    assert base64.urlsafe_b64encode(found).rstrip(b"=").decode() == MESSAGE


def test_two_messages_share_neither_key_nor_salt() -> None:
    first, second = (push.encrypt(TEXT, DEVICE, SECRET) for _ in range(2))
    assert first[:16] != second[:16]
    assert first[21:86] != second[21:86]


@pytest.mark.parametrize(("key", "secret"), [("", SECRET), (DEVICE[:-4], SECRET), (DEVICE, "short"), ("é", SECRET)])
def test_what_is_no_key_is_refused(key: str, secret: str) -> None:
    with pytest.raises(push.NoKey):
        push.device_key(key, secret)


@pytest.fixture
def company_key(settings: Any) -> str:
    settings.VAPID_PRIVATE_KEY = push.new_key()
    settings.VAPID_CONTACT = "mailto:crm@example.com"
    return str(settings.VAPID_PRIVATE_KEY)


def test_the_push_service_can_check_who_sent_it(company_key: str) -> None:
    at = dt.datetime.now(dt.UTC)
    header = push.authorization("https://push.example.com:8443/send/abc", at)
    token, key = (part.partition("=")[2] for part in header.removeprefix("vapid ").split(", "))
    public = ec.EllipticCurvePublicKey.from_encoded_point(push.CURVE, push.unpacked(key))
    claims = jwt.decode(token, public, algorithms=["ES256"], audience="https://push.example.com:8443")
    assert claims["sub"] == "mailto:crm@example.com"
    assert claims["exp"] - int(at.timestamp()) <= 24 * 3600
    assert key == push.public_key()


# --- Sending -----------------------------------------------------------------------------------------------------------------


class Service:
    """In the place of the network: keeps what was posted and answers as it is told."""

    def __init__(self, status: int = 201) -> None:
        self.status = status
        self.posts: list[tuple[str, bytes, Mapping[str, str]]] = []

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> outward.Answer:
        self.posts.append((url, body, headers))
        return outward.Answer(self.status, "")


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Service:
    made = Service()
    monkeypatch.setattr(outward, "post", made.post)
    return made


@pytest.fixture
def phone(alice: User) -> PushDevice:
    return PushDevice.objects.create(
        user=alice, endpoint="https://push.example.com/send/1", p256dh=DEVICE, auth=SECRET, added_at=NOON
    )


@pytest.mark.django_db
def test_red_is_pushed_at_once_to_each_device(
    tell: Tell, alice: User, phone: PushDevice, service: Service, company_key: str
) -> None:
    PushDevice.objects.create(
        user=alice, endpoint="https://push.example.com/send/2", p256dh=DEVICE, auth=SECRET, added_at=NOON
    )
    tell(alice)
    tell(alice, severity=2)
    run(NOON)
    run(NOON)
    assert sorted(url for url, _body, _headers in service.posts) == [
        "https://push.example.com/send/1",
        "https://push.example.com/send/2",
    ]
    _url, body, headers = service.posts[0]
    assert headers["Content-Encoding"] == "aes128gcm"
    assert headers["Urgency"] == "high"
    assert len(body) < 4096
    phone.refresh_from_db()
    assert phone.reached_at == NOON


@pytest.mark.django_db
def test_the_lock_screen_names_nobody_unless_she_allows_it(
    tell: Tell, alice: User, case: Case, phone: PushDevice, service: Service, company_key: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    said: list[dict[str, Any]] = []
    encrypt = push.encrypt

    def listens(text: bytes, *keys: str) -> bytes:
        said.append(json.loads(text))
        return encrypt(text, *keys)

    monkeypatch.setattr(push, "encrypt", listens)
    notice = tell(alice)
    run(NOON)
    assert case.dealer.name not in json.dumps(said[0])
    assert (said[0]["title"], said[0]["body"]) == ("A red warning needs you", "")
    assert said[0]["url"] == reverse("notices:open", args=[notice.pk])
    NoticeHours.objects.create(user=alice, names_on_lock_screen=True)
    tell(alice)
    run(NOON)
    assert case.dealer.name in said[1]["title"]


@pytest.mark.django_db
@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_forgotten(
    tell: Tell, alice: User, phone: PushDevice, service: Service, company_key: str, status: int
) -> None:
    service.status = status
    tell(alice)
    run(NOON)
    assert not PushDevice.objects.exists()


@pytest.mark.django_db
def test_a_busy_service_is_asked_again(
    tell: Tell, alice: User, phone: PushDevice, service: Service, company_key: str
) -> None:
    service.status = 503
    tell(alice)
    run(NOON)
    delivery = Delivery.objects.get(channel=Channel.PUSH)
    assert (delivery.state, delivery.error) == (DeliveryState.WAITING, "503 ")
    service.status = 201
    run(delivery.next_at)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.SENT


@pytest.mark.django_db
def test_what_was_read_meanwhile_is_not_pushed(
    tell: Tell, alice: User, phone: PushDevice, service: Service, company_key: str
) -> None:
    tell(alice)
    Notice.objects.update(read_at=NOON)
    run(NOON)
    assert service.posts == []


@pytest.mark.django_db
def test_many_at_once_become_one_message(
    tell: Tell, alice: User, phone: PushDevice, service: Service, company_key: str
) -> None:
    for _each in range(push.MOST_SINGLE + 1):
        tell(alice)
    run(NOON)
    assert len(service.posts) == 1
    assert set(Delivery.objects.filter(channel=Channel.PUSH).values_list("state", flat=True)) == {DeliveryState.SENT}


@pytest.mark.django_db
def test_a_device_that_is_gone_is_posted_to_once(
    tell: Tell, alice: User, phone: PushDevice, service: Service, company_key: str
) -> None:
    service.status = 410
    for _each in range(3):
        tell(alice)
    run(NOON)
    assert len(service.posts) == 1


# --- Devices -----------------------------------------------------------------------------------------------------------------


def consent(**changed: Any) -> dict[str, Any]:
    return {"endpoint": "https://push.example.com/send/9", "keys": {"p256dh": DEVICE, "auth": SECRET}} | changed


@pytest.mark.django_db
def test_a_browser_belongs_to_who_used_it_last(alice: User, bob: User, client_of: Callable[[User], Client]) -> None:
    for user in (alice, bob):
        answer = client_of(user).post(reverse("notices:device_add"), consent(), content_type="application/json")
        assert answer.status_code == 201
    assert PushDevice.objects.get().user == bob


@pytest.mark.django_db
@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.com/1", "https://127.0.0.1/1", "https://10.1.2.3/1", "https://[::1]/1",
        "https://[::ffff:192.168.1.1]/1", "https://169.254.169.254/latest", "https://user:word@example.com/", "push",
        "https://exa mple.com/", "https://[64:ff9b::a00:1]/", "https://0.0.0.0/", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_addresses_that_are_no_push_service_are_refused(
    alice: User, client_of: Callable[[User], Client], endpoint: str
) -> None:
    body = consent(endpoint=endpoint)
    answer = client_of(alice).post(reverse("notices:device_add"), body, content_type="application/json")
    assert answer.status_code == 422
    assert not PushDevice.objects.exists()


@pytest.mark.django_db
def test_only_so_many_devices_a_person(alice: User, client_of: Callable[[User], Client]) -> None:
    client = client_of(alice)
    for number in range(push.MOST_DEVICES + 2):
        body = consent(endpoint=f"https://push.example.com/send/{number}")
        client.post(reverse("notices:device_add"), body, content_type="application/json")
    left = set(PushDevice.objects.values_list("endpoint", flat=True))
    assert len(left) == push.MOST_DEVICES
    assert "https://push.example.com/send/0" not in left
