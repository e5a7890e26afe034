"""Notices on phones and in browsers: Web Push (RFC 8030), encrypted for the device (RFC 8291), signed by VAPID (RFC 8292).

The lock screen of a phone is seen by others: it names dealers and people only where its owner allowed that.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import os
import struct
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from accounts.models import User
from accounts.notices import outward
from accounts.notices.choices import URGENT, DeliveryState
from accounts.notices.delivering import DROPPED, SENT, Outcome
from accounts.notices.models import Delivery, NoticeHours, PushDevice
from accounts.notices.shown import Shown, shown
from accounts.notices.wishes import zone_of

CURVE = ec.SECP256R1()
# One record holds everything.
RECORD_SIZE = 4096
# So many at once are single messages; more become one.
MOST_SINGLE = 3
# How long the service keeps it for a phone that is off.
TTL_S = 12 * 3600
MOST_DEVICES = 10
_TOKEN_S = 12 * 3600


class NoKey(Exception):
    """The device's key or secret is none."""


def send(claimed: Sequence[Delivery], at: dt.datetime) -> dict[int, Outcome]:
    """To each device of one person; many at once become one message."""
    outcomes: dict[int, Outcome] = {}
    by_device: dict[int | None, list[Delivery]] = defaultdict(list)
    for delivery in claimed:
        by_device[delivery.device_id].append(delivery)
    for rows in by_device.values():
        outcomes |= _send(rows, at)
    return outcomes


def is_on() -> bool:
    """Whether the company has a key for push."""
    return bool(settings.VAPID_PRIVATE_KEY)


def _send(rows: Sequence[Delivery], at: dt.datetime) -> dict[int, Outcome]:
    """The deliveries to one device."""
    device, user = rows[0].device, rows[0].notice.user
    if not is_on() or device is None or user is None or device.user_id != user.pk or not user.is_active:
        return {}
    with translation.override(user.language or settings.LANGUAGE_CODE), timezone.override(zone_of(user)):
        worth = [
            each
            for each in shown([row.notice for row in rows], user)
            if each.notice.read_at is None and (each.notice.over_at is None or each.kind.ends)
        ]
        if len(worth) > MOST_SINGLE:
            outcome = _post(device, summary(worth), worth[0].notice.severity, at)
            told = {each.notice.pk for each in worth}
            return {row.pk: outcome for row in rows if row.notice_id in told}
        by_notice = {row.notice_id: row.pk for row in rows}
        return {
            by_notice[each.notice.pk]: _post(device, payload(each, user), each.notice.severity, at) for each in worth
        }


def _post(device: PushDevice, text: bytes, severity: int, at: dt.datetime) -> Outcome:
    if device.pk is None:
        # An answer before this one said that it is gone.
        return DROPPED
    try:
        answer = outward.post(
            device.endpoint,
            encrypt(text, device.p256dh, device.auth),
            {
                "Authorization": authorization(device.endpoint, at),
                "Content-Encoding": "aes128gcm",
                "Content-Type": "application/octet-stream",
                "TTL": str(TTL_S),
                "Urgency": "high" if severity >= URGENT else "normal",
            },
        )
    except (outward.Refused, NoKey) as error:
        device.delete()
        return Outcome(DeliveryState.FAILED, str(error))
    except outward.Unreached as error:
        return Outcome(DeliveryState.FAILED, str(error), again=True)
    except outward.Broken as error:
        return Outcome(DeliveryState.UNSURE, str(error))
    if answer.is_fine:
        PushDevice.objects.filter(pk=device.pk).update(reached_at=at)
        return SENT
    if answer.status in (404, 410):
        # The browser has taken its consent back.
        device.delete()
        return DROPPED
    said = f"{answer.status} {answer.text[:200]}"
    again = answer.status == 429 or answer.status >= 500
    return Outcome(DeliveryState.FAILED, said, again, _seconds(answer.retry_after))


def payload(each: Shown, user: User) -> bytes:
    """What the service worker shows. Names only where the user allowed them."""
    hours = NoticeHours.objects.filter(user=user).first()
    names = hours is not None and hours.names_on_lock_screen
    words = each.words
    return _packet(
        title=words.title if names else words.discreet, body=words.text if names else "", url=each.url,
        tag=f"notice-{each.notice.pk}", urgent=each.notice.severity >= URGENT,
    )  # fmt: skip


def summary(several: Sequence[Shown]) -> bytes:
    """Many at once: how many, and the way to the inbox."""
    count = len(several)
    title = ngettext("%(count)s new notice", "%(count)s new notices", count) % {"count": count}
    urgent = any(each.notice.severity >= URGENT for each in several)
    return _packet(title=title, body="", url=reverse("notices:inbox"), tag="notices", urgent=urgent)


def _packet(*, title: str, body: str, url: str, tag: str, urgent: bool) -> bytes:
    """At most 200 and 400 letters, so fewer bytes in any language than a push service takes (4096)."""
    content = {
        "title": title[:200], "body": body[:400], "url": url, "tag": tag, "urgent": urgent,
        "language": translation.get_language(), "icon": static("vendor/phone-192.png"),
    }  # fmt: skip
    return json.dumps(content, ensure_ascii=False).encode()


def encrypt(
    text: bytes, p256dh: str, auth: str, *, key: ec.EllipticCurvePrivateKey | None = None, salt: bytes | None = None
) -> bytes:
    """The body of a push in one record of aes128gcm, for the device's public key and secret. Raises NoKey.

    `key` and `salt` are made anew for each message; tests give those of the standard's example.
    """
    theirs, secret = device_key(p256dh, auth)
    ours = key or ec.generate_private_key(CURVE)
    salt = salt or os.urandom(16)
    public, their_public = _point(ours.public_key()), _point(theirs)
    shared = ours.exchange(ec.ECDH(), theirs)
    seed = _derived(shared, secret, b"WebPush: info\x00" + their_public + public, 32)
    content_key = _derived(seed, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derived(seed, salt, b"Content-Encoding: nonce\x00", 12)
    head = salt + struct.pack("!IB", RECORD_SIZE, len(public)) + public
    # 2 marks the last record.
    return head + AESGCM(content_key).encrypt(nonce, text + b"\x02", None)


def device_key(p256dh: str, auth: str) -> tuple[ec.EllipticCurvePublicKey, bytes]:
    """Raises NoKey unless both are what a browser sends."""
    try:
        secret = unpacked(auth)
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, unpacked(p256dh))
    except (ValueError, InvalidKey) as error:
        raise NoKey("no key of a browser") from error
    if len(secret) != 16:
        raise NoKey("no secret of a browser")
    return theirs, secret


def authorization(endpoint: str, at: dt.datetime) -> str:
    """The header by which the push service knows us."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(at.timestamp()) + _TOKEN_S,
        "sub": settings.VAPID_CONTACT or settings.SITE_URL,
    }
    signed = ".".join(_packed(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
    r, s = decode_dss_signature(_our_key(settings.VAPID_PRIVATE_KEY).sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    token = f"{signed}.{_packed(r.to_bytes(32) + s.to_bytes(32))}"
    return f"vapid t={token}, k={public_key()}"


def public_key() -> str:
    """Ours, as browsers want it for `applicationServerKey`; empty when push is off."""
    return _packed(_point(_our_key(settings.VAPID_PRIVATE_KEY).public_key())) if is_on() else ""


def new_key() -> str:
    """A private key for VAPID_PRIVATE_KEY."""
    number = ec.generate_private_key(CURVE).private_numbers().private_value
    return _packed(number.to_bytes(32))


@lru_cache(maxsize=4)
def _our_key(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(unpacked(text)), CURVE)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


def _packed(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def unpacked(text: str) -> bytes:
    """Of base64url without padding. Raises ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _seconds(text: str) -> int:
    return int(text) if text.isdecimal() else 0
