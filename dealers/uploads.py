"""What may be filed: told by its content, never by its name or by what the browser says.

Images are drawn anew, so that nothing but the picture is kept: no place of the camera, nothing hidden behind the
picture's end. Everything else is kept as it came and is only ever handed out as a download.
"""

from __future__ import annotations

import hashlib
import io
import threading
import zipfile
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

MAX_BYTES = 20 * 1024 * 1024
# Pixels, told by the head of the picture before any is decoded. A plain JPEG is decoded at a half, a quarter or an eighth
# of its size; a progressive one is held whole, and everything else at four bytes a pixel.
MAX_PIXELS = {"JPEG": 50_000_000, "PROGRESSIVE": 24_000_000, "PNG": 20_000_000, "WEBP": 20_000_000}
# Pictures that one process decodes at a time: each may take some 150 MB for a moment.
_decoding = threading.BoundedSemaphore(2)
# A packed office document may not unfold into more than this.
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_MEMBERS = 2_000
# Longest side of a kept picture, pixels: enough to read a licence.
LONGEST_SIDE = 3_000

# Modes that keep their looks when made smaller; a palette, say, does not.
_SCALABLE = ("RGB", "RGBA", "L", "LA", "CMYK")

_OFFICE = {
    "word/": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    "xl/": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "ppt/": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
}


class UploadRefused(Exception):
    """The file cannot be filed; the text says why and what would do."""


@dataclass(frozen=True, slots=True)
class Upload:
    """What is kept. `filename` is for the download only; on disk the file has a generated name."""

    content: bytes
    content_type: str
    filename: str
    sha256: str

    @property
    def is_picture(self) -> bool:
        return self.content_type.startswith("image/")


def examine(file: UploadedFile) -> Upload:
    """Read an upload and tell what it is. Raises UploadRefused."""
    if (file.size or 0) > MAX_BYTES:
        raise UploadRefused(
            _("The file has %(megabytes)s MB; at most %(limit)s MB can be filed.")
            % {"megabytes": round((file.size or 0) / 1024 / 1024, 1), "limit": MAX_BYTES // 1024 // 1024}
        )
    raw = file.read()
    if not raw:
        raise UploadRefused(_("The file is empty."))
    content, content_type, extension = _told_by_content(raw)
    return Upload(
        content=content,
        content_type=content_type,
        filename=_safe_name(file.name or "", extension),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _told_by_content(raw: bytes) -> tuple[bytes, str, str]:
    if raw.startswith(b"%PDF-"):
        return raw, "application/pdf", "pdf"
    if raw.startswith(b"PK\x03\x04"):
        return raw, *_office_kind(raw)
    if picture := _picture(raw):
        return picture
    raise UploadRefused(
        _("This kind of file cannot be filed. A PDF, a picture (JPEG, PNG, WebP) or an office document can.")
    )


def _office_kind(raw: bytes) -> tuple[str, str]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile as error:
        raise UploadRefused(_("The file is damaged.")) from error
    names = {member.filename for member in members}
    unpacked = sum(member.file_size for member in members)
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED_BYTES:
        raise UploadRefused(_("The document is packed too tightly to be opened safely. File it as a PDF."))
    if any(name.endswith("vbaProject.bin") for name in names):
        raise UploadRefused(_("The document carries macros. Save it without them, or file it as a PDF."))
    if "[Content_Types].xml" in names:
        for folder, kind in _OFFICE.items():
            if any(name.startswith(folder) for name in names):
                return kind
    raise UploadRefused(
        _("This kind of file cannot be filed. A PDF, a picture (JPEG, PNG, WebP) or an office document can.")
    )


def _picture(raw: bytes) -> tuple[bytes, str, str] | None:
    """The picture drawn anew as JPEG, or as PNG where it has transparency; None when it is none."""
    try:
        with Image.open(io.BytesIO(raw), formats=("JPEG", "PNG", "WEBP")) as image:
            _refuse_too_large(image)
            with _decoding:
                return _drawn_anew(image)
    except UnidentifiedImageError:
        return None
    except Image.DecompressionBombError as error:
        raise _too_many_pixels(f"> {2 * (Image.MAX_IMAGE_PIXELS or 0) // 1_000_000}", "JPEG") from error
    except (OSError, ValueError, SyntaxError) as error:
        raise UploadRefused(_("The picture is damaged.")) from error


def _refuse_too_large(image: Image.Image) -> None:
    """Raises UploadRefused. Reads nothing but the head."""
    kind = "PROGRESSIVE" if image.info.get("progressive") else str(image.format)
    width, height = image.size
    if width * height > MAX_PIXELS[kind]:
        raise _too_many_pixels(str(width * height // 1_000_000), kind)


def _too_many_pixels(millions: str, kind: str) -> UploadRefused:
    return UploadRefused(
        _("The picture has %(pixels)s million pixels; at most %(limit)s million can be filed.")
        % {"pixels": millions, "limit": MAX_PIXELS[kind] // 1_000_000}
    )


def _drawn_anew(image: Image.Image) -> tuple[bytes, str, str]:
    has_alpha = "A" in image.getbands() or "transparency" in image.info
    # Made small first, so that all that follows is done with few pixels.
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    if image.mode not in _SCALABLE:
        image = image.convert("RGBA" if has_alpha else "RGB")
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    drawn = ImageOps.exif_transpose(image).convert("RGBA" if has_alpha else "RGB")
    out = io.BytesIO()
    if has_alpha:
        drawn.save(out, "PNG", optimize=True)
        return out.getvalue(), "image/png", "png"
    drawn.save(out, "JPEG", quality=88, optimize=True)
    return out.getvalue(), "image/jpeg", "jpg"


def _safe_name(name: str, extension: str) -> str:
    """The name for the download: without path and control characters, with the extension that the content has."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    stem = base.rsplit(".", 1)[0] if "." in base else base
    stem = "".join(character for character in stem if character.isprintable() and character not in '"<>|:*?').strip(
        ". "
    )
    return f"{stem[:120] or 'document'}.{extension}"
