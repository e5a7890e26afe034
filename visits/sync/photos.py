"""Photographs from a phone: drawn anew without camera data, small, filed once."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from accounts.models import User
from visits.models import Visit, VisitPhoto
from visits.sync.expense import apply_receipt
from visits.sync.once import digest, once
from visits.sync.reading import Reader
from visits.sync.refusals import Invalid, NotThereYet, NotYours
from visits.today import worked_for

# What may come (the phone has made it small already), and what is kept.
MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 50_000_000
KEPT_BYTES = 500_000
# Longest sides and qualities that are tried until the picture is small enough.
_TRIES = ((2048, 85), (2048, 75), (1600, 75), (1280, 70), (1024, 60), (800, 50))


def drawn_anew(raw: bytes) -> bytes:
    """The picture as an upright JPEG of at most KEPT_BYTES, with nothing of the file but its pixels. Raises Invalid."""
    try:
        with Image.open(io.BytesIO(raw), formats=("JPEG", "PNG", "WEBP")) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                raise Invalid(
                    _("The picture has %(pixels)s million pixels; at most %(limit)s million can be filed.")
                    % {"pixels": width * height // 1_000_000, "limit": MAX_PIXELS // 1_000_000}
                )
            picture = ImageOps.exif_transpose(image).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Invalid(_("This is no picture that can be read.")) from error
    for side, quality in _TRIES:
        picture.thumbnail((side, side))
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= KEPT_BYTES:
            break
    return out.getvalue()


def receive(*, user: User, data: dict[str, Any], file: UploadedFile | None, at: dt.datetime) -> dict[str, Any]:
    """File one photograph of a visit that has arrived, or the receipt of an expense. Raises a Refused, NotThereYet while
    the visit has not."""
    reader = Reader(data)
    key, expense_key = reader.key("key"), reader.optional_key("expense")
    visit_key = uuid.UUID(int=0) if expense_key else reader.key("visit")
    caption, section = reader.text("caption", 200), reader.text("section", 40)
    taken_at = reader.moment("taken_at")
    writer = reader.whole("user", 1, 2**62, need=True)
    if file is None or not file.size:
        reader.fault("file", _("This is needed."))
    elif file.size > MAX_BYTES:
        reader.fault("file", _("The picture is too large."))
    reader.done()
    if writer != user.pk:
        raise NotYours(_("Somebody else wrote this. It waits until she signs in."), code="other_user")
    raw = file.read() if file else b""
    said = f"{expense_key or visit_key} {section} {caption}".encode()

    def do() -> dict[str, Any]:
        if expense_key:
            return apply_receipt(user=user, key=expense_key, content=drawn_anew(raw))
        return _file(user, key, visit_key, raw, caption, section, taken_at, at)

    return once(
        user=user, key=key, kind="photo", body_digest=digest(said + raw), happened_at=taken_at or at, at=at, do=do
    )


def _file(
    user: User, key: uuid.UUID, visit_key: uuid.UUID, raw: bytes, caption: str, section: str,
    taken_at: dt.datetime | None, at: dt.datetime,
) -> dict[str, Any]:  # fmt: skip
    visit = Visit.objects.filter(key=visit_key).first()
    if visit is None:
        raise NotThereYet(_("The visit itself has not arrived yet."))
    if visit.user_id not in worked_for(user, on=visit.on):
        raise NotYours(_("This visit now belongs to %(name)s.") % {"name": visit.user.name})
    content = drawn_anew(raw)
    photo = VisitPhoto(
        key=key, visit=visit, dealer_id=visit.dealer_id, caption=caption, section=section, taken_at=taken_at,
        bytes=len(content), created_at=at, created_by=user,
    )  # fmt: skip
    photo.file.save("photo.jpg", ContentFile(content), save=False)
    photo.save()
    return {"photo": str(photo.key), "bytes": len(content)}
