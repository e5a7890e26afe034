"""How a written word is brought to the form in which it is searched: without case, width, accents or script variants.

Nothing here knows Django. Chinese is read aloud in pinyin with each reading a character may have, Japanese kana are all
hiragana (and romaji as they are typed), Korean syllables are taken apart so that a half typed one is found.
"""

from __future__ import annotations

import itertools
import unicodedata
from functools import lru_cache

import jaconv
from pypinyin import Style, pinyin
from pypinyin.seg.simpleseg import seg

# Letters that no decomposition takes apart.
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_KATAKANA_TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
# Characters with several readings multiply; beyond this many the rarer combinations are left out.
_READINGS = 6


def is_han(character: str) -> bool:
    return "一" <= character <= "鿿" or "㐀" <= character <= "䶿" or "𠀀" <= character <= "𲎯"


def is_hiragana(character: str) -> bool:
    """Kana in folded text; the prolonged sound mark counts."""
    return "ぁ" <= character <= "ゖ" or character == "ー"


def is_jamo(character: str) -> bool:
    """A letter of Korean in folded text."""
    return "ᄀ" <= character <= "ᇿ"


def is_initial_jamo(character: str) -> bool:
    return "ᄀ" <= character <= "ᄒ"


def is_ideographic(character: str) -> bool:
    """Scripts in which one character already says much: Chinese characters and kana."""
    return is_han(character) or is_hiragana(character)


@lru_cache(maxsize=4096)
def fold_character(character: str) -> str:
    """One character folded; empty for a combining accent that stands alone."""
    text = unicodedata.normalize("NFKC", character).casefold().translate(_LETTERS)
    folded = []
    for each in text:
        code = ord(each)
        if 0xAC00 <= code <= 0xD7A3:
            folded.append(unicodedata.normalize("NFD", each))
        elif 0x30A1 <= code <= 0x30F6:
            folded.append(chr(_KATAKANA_TO_HIRAGANA[code]))
        elif code < 0x80 or 0x1100 <= code <= 0x11FF or code >= 0x2E80:
            # A sound mark of kana written apart is part of its letter, not an accent.
            folded.append(each)
        else:
            parts = unicodedata.normalize("NFD", each)
            folded.append("".join(part for part in parts if not unicodedata.combining(part)).translate(_LETTERS))
    return "".join(folded)


def fold(text: str) -> str:
    """The whole text folded. Half-width kana with their sound marks and letters with loose accents are joined first."""
    if text.isascii():
        return text.lower()
    return "".join(map(fold_character, unicodedata.normalize("NFKC", text)))


def words(text: str) -> list[str]:
    """The folded words of a text without the signs in them: "O’Brien-Smith & Co." is obriensmith, co."""
    kept = []
    for word in fold(text).split():
        bare = "".join(character for character in word if character.isalnum() or character == "ー")
        if bare:
            kept.append(bare)
    return kept


def digits(text: str) -> str:
    """The decimal digits of a text, whatever their width."""
    return "".join(str(unicodedata.decimal(character)) for character in text if character.isdecimal())


def pinyin_of(text: str) -> list[tuple[str, ...]]:
    """Each reading of the Chinese characters in a text, by syllables; empty without any."""
    han = "".join(filter(is_han, text))
    if not han:
        return []
    return list(itertools.islice(itertools.product(*readings(han)), _READINGS))


@lru_cache(maxsize=8192)
def readings(han: str) -> tuple[tuple[str, ...], ...]:
    """For each Chinese character its readings without tones, the likeliest first; ü is written v."""
    return tuple(itertools.chain.from_iterable(map(_readings_of_word, seg(han))))


# Names are made of the same words over and over; what a word reads like depends on it alone.
@lru_cache(maxsize=16384)
def _readings_of_word(word: str) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(dict.fromkeys(fold(reading.replace("ü", "v")) for reading in syllable))
        for syllable in pinyin([word], style=Style.NORMAL, heteronym=True)
    )


def romaji_of(kana: str) -> list[str]:
    """Kana in Latin letters: as spelt (toukyou) and as signs write it (tokyo); empty without kana."""
    hiragana = "".join(filter(is_hiragana, fold(kana)))
    if not hiragana:
        return []
    spelt = jaconv.kana2alphabet(hiragana).replace("-", "")
    short = spelt
    for long in ("ou", "oo", "uu", "aa"):
        short = short.replace(long, long[0])
    return list(dict.fromkeys(text for text in (spelt, short) if text.isascii() and text.isalnum()))


def initials_of_hangul(folded: str) -> str:
    """초성: the first consonant of each Korean syllable of a folded text; empty without syllables."""
    pairs = itertools.pairwise(folded)
    return "".join(first for first, second in pairs if is_initial_jamo(first) and "ᅡ" <= second <= "ᅵ")
