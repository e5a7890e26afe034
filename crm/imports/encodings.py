"""Which encoding a CSV file is in, found by trying: strictly decoded, then judged by how usual its characters are."""

from __future__ import annotations

import codecs
import itertools
from collections.abc import Callable

CANDIDATES = ("gb18030", "cp932", "cp949", "euc_jp", "big5", "cp1252")
# Offered where one corrects the guess.
CHOICES = (
    ("utf-8", "UTF-8"),
    ("utf-16", "UTF-16"),
    ("gb18030", "GB18030 (简体中文)"),
    ("big5", "Big5 (繁體中文)"),
    ("cp932", "Shift_JIS (日本語)"),
    ("euc_jp", "EUC-JP (日本語)"),
    ("cp949", "EUC-KR (한국어)"),
    ("cp1252", "Windows-1252"),
)


# Latin, punctuation and signs, kana and ideographs, hangul, full-width forms.
_SCRIPTS = ((" ", "~"), ("\xa0", "ɏ"), ("‐", "⟿"), ("　", "鿿"), ("가", "힣"), ("！", "￥"))


def detect(sample: bytes, *, whole: bool) -> str | None:
    """The encoding of a file that begins with `sample` (`whole`: that is all of it); None when it is no text."""
    if sample.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if (found := _utf16_without_mark(sample)) is not None:
        return found
    if decoded(sample, "utf-8", whole=whole) is not None:
        return "utf-8"
    scores = {encoding: _score(sample, encoding, whole) for encoding in CANDIDATES}
    best = max(CANDIDATES, key=lambda encoding: scores[encoding])
    return best if scores[best] > 0 else None


def decoded(sample: bytes, encoding: str, *, whole: bool) -> str | None:
    """The text; a character cut off at the end of a part is left out. None when the bytes are not in `encoding`."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        return decoder.decode(sample, final=whole)
    except UnicodeDecodeError:
        return None


def _utf16_without_mark(sample: bytes) -> str | None:
    """UTF-16 holds zeros, which no other encoding of text does, and makes lines of usual characters when decoded."""
    part = sample[: len(sample) // 2 * 2][:8192]
    if 0 not in part:
        return None
    for encoding in ("utf-16-le", "utf-16-be"):
        text = decoded(part, encoding, whole=False)
        if text and "\n" in text and sum(_is_usual(character) for character in text) >= 0.98 * len(text):
            return encoding
    return None


def _is_usual(character: str) -> bool:
    return character in "\t\r\n" or any(low <= character <= high for low, high in _SCRIPTS)


def _score(sample: bytes, encoding: str, whole: bool) -> float:
    """0 to 1: the share of what is not ASCII that lies among the encoding's most usual characters."""
    text = decoded(sample, encoding, whole=whole)
    if text is None:
        return 0.0
    foreign = [character for character in text if character > "\x7f"][:4000]
    if not foreign:
        return 0.0
    usual = _USUAL[encoding]
    share = sum(usual(character.encode(encoding)) for character in foreign) / len(foreign)
    if encoding == "cp1252":
        # Letters with an accent stand alone between plain ones; nearly any bytes are "valid" here.
        alone = sum(1 for a, b in itertools.pairwise(text) if (a > "\x7f") != (b > "\x7f"))
        return 0.5 * share if alone >= 1.5 * len(foreign) * 0.8 else 0.01 * share
    if encoding == "cp949":
        share = sum("가" <= character <= "힣" or usual(character.encode(encoding)) for character in foreign) / len(
            foreign
        )
        # Hangul has the very bytes of the first half of the Chinese characters: only all hangul is Korean.
        return share + 0.2 if share > 0.93 else 0.3 * share
    if encoding in ("gb18030", "euc_jp"):
        kana = sum("぀" <= character <= "ヿ" for character in foreign) / len(foreign)
        return share + (0.1 if (kana > 0.1) == (encoding == "euc_jp") else -0.1)
    return share


def _between(*ranges: tuple[int, int]) -> Callable[[bytes], bool]:
    def usual(code: bytes) -> bool:
        number = int.from_bytes(code, "big")
        return any(low <= number <= high for low, high in ranges)

    return usual


# The blocks of frequent characters in each standard, with their punctuation and full-width signs.
_USUAL: dict[str, Callable[[bytes], bool]] = {
    "gb18030": _between((0xA1A1, 0xA3FE), (0xB0A1, 0xD7F9)),
    "cp932": _between((0x8140, 0x8396), (0x889F, 0x9872)),
    "cp949": _between((0xA1A1, 0xA3FE)),
    "euc_jp": _between((0xA1A1, 0xA5F6), (0xB0A1, 0xCFD3)),
    "big5": _between((0xA140, 0xA3BF), (0xA440, 0xC67E)),
    "cp1252": _between((0xC0, 0xFF), (0x80, 0x80), (0x91, 0x97), (0xA0, 0xA0), (0xB0, 0xB0)),
}
