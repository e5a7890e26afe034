import io
import struct
import subprocess
import sys
import zipfile
import zlib

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from dealers.actions.documents import AlreadySuperseded, SameFile, file_document, file_version
from dealers.models import DealerDocument
from dealers.uploads import MAX_BYTES, UploadRefused, examine
from tests.factories import DealerFactory

PDF = b"%PDF-1.4 licence"


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def dealer(territories):
    return DealerFactory(territory=territories["CN-EAST-1"])


def picture(kind="JPEG", size=(40, 30), **options):
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **options)
    return out.getvalue()


def office(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


def upload(name, content):
    return examine(SimpleUploadedFile(name, content))


def filed(dealer, content=PDF, name="licence.pdf"):
    return file_document(
        dealer=dealer, kind="LICENCE", title="Licence", upload=upload(name, content), by=None, at=timezone.now()
    )


# --- What may be filed ---


@pytest.mark.parametrize(
    ("name", "content", "content_type", "filename"),
    [
        ("a.pdf", PDF, "application/pdf", "a.pdf"),
        # The name lies; the content does not.
        ("a.exe", PDF, "application/pdf", "a.pdf"),
        ("photo.png", picture("JPEG"), "image/jpeg", "photo.jpg"),
        ("photo.jpg", picture("WEBP"), "image/jpeg", "photo.jpg"),
        ("许可证.jpg", picture("PNG"), "image/jpeg", "许可证.jpg"),
        ("../../etc/passwd.pdf", PDF, "application/pdf", "passwd.pdf"),
        ('a"b\r\nX: y.pdf', PDF, "application/pdf", "abX y.pdf"),
        (
            "plan.docx",
            office("[Content_Types].xml", "word/document.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "plan.docx",
        ),
    ],
)
def test_told_by_content(name, content, content_type, filename):
    found = upload(name, content)
    assert (found.content_type, found.filename) == (content_type, filename)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("page.pdf", b"<html><script>alert(1)</script>", "cannot be filed"),
        ("image.svg", b"<svg onload='alert(1)'/>", "cannot be filed"),
        ("a.zip", office("a.txt"), "cannot be filed"),
        ("macro.docx", office("[Content_Types].xml", "word/vbaProject.bin"), "macros"),
        ("damaged.docx", b"PK\x03\x04 nothing", "damaged"),
        ("damaged.jpg", picture()[:200], "damaged"),
    ],
)
def test_refused(name, content, why):
    with pytest.raises(UploadRefused, match=why):
        upload(name, content)


def test_too_large():
    file = SimpleUploadedFile("a.pdf", PDF)
    file.size = MAX_BYTES + 1
    with pytest.raises(UploadRefused, match="at most 20 MB"):
        examine(file)


def test_pictures_are_drawn_anew():
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    hidden = picture(exif=exif) + b"<script>hidden behind the end</script>"
    found = upload("a.jpg", hidden)
    assert b"secret place" not in found.content
    assert b"script" not in found.content
    assert Image.open(io.BytesIO(found.content)).size == (40, 30)


def headed(kind, size, **options):
    """A picture whose head says `size`; what follows is of a much smaller one."""
    raw = bytearray(picture(kind, (8, 8), **options))
    if kind == "PNG":
        raw[16:24] = struct.pack(">II", *size)
        raw[29:33] = struct.pack(">I", zlib.crc32(bytes(raw[12:29])))
    else:
        start = raw.index(b"\xff\xc2" if options.get("progressive") else b"\xff\xc0")
        raw[start + 5 : start + 9] = struct.pack(">HH", size[1], size[0])
    return bytes(raw)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (headed("JPEG", (10_000, 6_000)), "has 60 million pixels; at most 50 million"),
        (headed("JPEG", (6_000, 5_000), progressive=True), "has 30 million pixels; at most 24 million"),
        (headed("PNG", (5_000, 5_000)), "has 25 million pixels; at most 20 million"),
        # More than Pillow itself opens.
        (headed("JPEG", (60_000, 60_000)), "has > 178 million pixels; at most 50 million"),
        (headed("PNG", (60_000, 60_000)), "million pixels; at most"),
    ],
)
def test_pictures_with_too_many_pixels_are_refused_by_their_head(content, why, monkeypatch):
    def decode(*_args):
        raise AssertionError("decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", decode)
    with pytest.raises(UploadRefused, match=why):
        upload("a.jpg", content)


def test_a_picture_of_a_phone_is_never_held_whole():
    """48 million pixels are 144 MB; a half of each side is decoded, and kept no larger than a licence needs."""
    content = picture(size=(8_000, 6_000))
    code = (
        "import resource, sys; from io import BytesIO; from dealers import uploads\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "kept, kind, _ = uploads._told_by_content(sys.stdin.buffer.read())\n"
        "used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before\n"
        "print(kind, used // 1024, *uploads.Image.open(BytesIO(kept)).size)"
    )
    setup = "import os, django; os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'crm.settings'); django.setup()\n"
    done = subprocess.run(
        [sys.executable, "-c", setup + code], input=content, capture_output=True, check=True, cwd=settings.BASE_DIR
    )
    kind, used_mb, width, height = done.stdout.decode().split()
    assert (kind, int(width), int(height)) == ("image/jpeg", 3000, 2250)
    assert int(used_mb) < 110


@pytest.mark.parametrize("mode", ["P", "I;16", "L", "LA", "1", "CMYK"])
def test_pictures_of_every_mode(mode):
    out = io.BytesIO()
    Image.new(mode, (4_000, 30)).save(out, "JPEG" if mode == "CMYK" else "PNG")
    found = upload("a.png", out.getvalue())
    assert Image.open(io.BytesIO(found.content)).size == (3000, 23)
    assert found.content_type == ("image/png" if mode == "LA" else "image/jpeg")


def test_a_picture_that_lies_on_its_side_is_set_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert Image.open(io.BytesIO(upload("a.jpg", picture(size=(4_000, 2_000), exif=exif)).content)).size == (1500, 3000)


# --- Versions ---


def test_a_new_version_keeps_the_old_one(dealer, alice):
    first = filed(dealer)
    second = file_version(document_id=first.pk, upload=upload("b.pdf", PDF + b" renewed"), by=alice, at=timezone.now())
    assert (second.version, second.supersedes, second.title, second.kind) == (2, first, "Licence", "LICENCE")
    assert first.file.open().read() == PDF


def test_only_the_newest_gets_a_successor(dealer):
    first = filed(dealer)
    file_version(document_id=first.pk, upload=upload("b.pdf", PDF + b"2"), by=None, at=timezone.now())
    with pytest.raises(AlreadySuperseded):
        file_version(document_id=first.pk, upload=upload("c.pdf", PDF + b"3"), by=None, at=timezone.now())


def test_the_same_file_is_no_new_version(dealer):
    with pytest.raises(SameFile):
        file_version(document_id=filed(dealer).pk, upload=upload("b.pdf", PDF), by=None, at=timezone.now())


def test_generated_names_on_disk(dealer):
    document = filed(dealer, name="../../evil.pdf")
    assert document.file.name.startswith(f"dealers/{dealer.pk}/")
    assert "evil" not in document.file.name


def test_upload_by_page(dealer, alice, client_of):
    url = reverse("dealers:document_new", args=[dealer.pk])
    body = {"kind": "PHOTO", "title": "Shop front", "file": SimpleUploadedFile("a.jpg", picture())}
    assert client_of(alice).post(url, body).status_code == 302
    document = DealerDocument.objects.get()
    assert (document.uploaded_by, document.content_type, document.title) == (alice, "image/jpeg", "Shop front")


def test_a_refused_upload_says_why(dealer, alice, client_of):
    url = reverse("dealers:document_new", args=[dealer.pk])
    answer = client_of(alice).post(
        url, {"kind": "PHOTO", "title": "Shop front", "file": SimpleUploadedFile("a.svg", b"<svg/>")}
    )
    assert answer.status_code == 422
    assert "cannot be filed" in answer.content.decode()
    assert 'value="Shop front"' in answer.content.decode()


# --- Download ---


def test_always_a_download(dealer, alice, client_of):
    document = filed(dealer, name="许可证.pdf")
    answer = client_of(alice).get(reverse("dealers:document_download", args=[dealer.pk, document.pk]))
    assert b"".join(answer.streaming_content) == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_charlie_gets_404(dealer, charlie, client_of):
    document = filed(dealer)
    assert (
        client_of(charlie).get(reverse("dealers:document_download", args=[dealer.pk, document.pk])).status_code == 404
    )


def test_not_by_way_of_another_dealer(dealer, alice, client_of, territories):
    document = filed(DealerFactory(territory=territories["JP-KANTO-1"]))
    url = reverse("dealers:document_download", args=[dealer.pk, document.pk])
    assert client_of(alice).get(url).status_code == 404


def test_history_stands_on_the_page(dealer, alice, client_of):
    first = filed(dealer)
    file_version(document_id=first.pk, upload=upload("b.pdf", PDF + b"2"), by=alice, at=timezone.now())
    text = client_of(alice).get(reverse("dealers:documents", args=[dealer.pk])).content.decode()
    assert "1 older version" in text
    assert reverse("dealers:document_download", args=[dealer.pk, first.pk]) in text
