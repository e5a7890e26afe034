"""Photographs: drawn anew, small, filed once, of visits that have arrived."""

from __future__ import annotations

import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.factories import DealerFactory
from tests.visits.factories import made_visit
from tests.visits.phone.messages import AT
from visits.models import VisitPhoto
from visits.sync.photos import KEPT_BYTES, drawn_anew, receive
from visits.sync.refusals import Invalid, KeyUsed, NotThereYet, NotYours

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def visit(alice, territories):
    return made_visit(dealer=DealerFactory(territory=territories["CN-EAST-1"]), user=alice)


def picture(size=(40, 30), *, noise: bool = False) -> bytes:
    image = Image.effect_noise(size, 90).convert("RGB") if noise else Image.new("RGB", size, "teal")
    exif = Image.Exif()
    exif[0x010F] = "Secret camera"
    exif.get_ifd(0x8825)[1] = "N"
    # On its side: shown upright.
    exif[0x0112] = 6
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, quality=95)
    return out.getvalue()


def send(user, visit_key, raw, *, key=None, by=None):
    data = {"key": str(key or uuid.uuid4()), "visit": str(visit_key), "caption": "Shelf", "section": "photos",
            "taken_at": AT.isoformat(), "user": str((by or user).pk)}  # fmt: skip
    return receive(user=user, data=data, file=SimpleUploadedFile("a.jpg", raw) if raw is not None else None, at=AT)


def test_nothing_but_the_picture_is_kept(alice, visit):
    send(alice, visit.key, picture())
    photo = VisitPhoto.objects.get()
    kept = photo.file.read()
    with Image.open(io.BytesIO(kept)) as image:
        assert not image.getexif()
        assert image.size == (30, 40)
    assert b"Secret camera" not in kept
    assert (photo.visit, photo.dealer, photo.caption, photo.bytes) == (visit, visit.dealer, "Shelf", len(kept))


def test_it_is_small(alice, visit):
    raw = picture((2400, 1800), noise=True)
    assert len(raw) > 1_000_000
    assert len(drawn_anew(raw)) <= KEPT_BYTES


def test_the_same_again_is_there_once(alice, visit):
    key, raw = uuid.uuid4(), picture()
    assert send(alice, visit.key, raw, key=key) == send(alice, visit.key, raw, key=key)
    assert VisitPhoto.objects.count() == 1
    with pytest.raises(KeyUsed):
        send(alice, visit.key, picture((50, 50)), key=key)


def test_before_its_visit_it_waits(alice):
    with pytest.raises(NotThereYet):
        send(alice, uuid.uuid4(), picture())


def test_of_somebody_elses_visit(bob, visit):
    with pytest.raises(NotYours):
        send(bob, visit.key, picture())


def test_written_by_another_user_of_the_phone(alice, bob, visit):
    with pytest.raises(NotYours) as refused:
        send(alice, visit.key, picture(), by=bob)
    assert refused.value.answer()["code"] == "other_user"


@pytest.mark.parametrize("raw", [None, b"", b"GIF89a nothing", b"\xff\xd8\xff\xe0 broken", b"<svg onload='x'/>"])
def test_what_is_no_picture(alice, visit, raw):
    with pytest.raises(Invalid):
        send(alice, visit.key, raw)
    assert not VisitPhoto.objects.exists()


def test_a_picture_of_too_many_pixels_is_not_unpacked(alice, visit):
    out = io.BytesIO()
    Image.new("1", (10_000, 6_000)).save(out, "PNG")
    with pytest.raises(Invalid):
        send(alice, visit.key, out.getvalue())
