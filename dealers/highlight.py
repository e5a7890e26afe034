"""What a query has found in a text: the letters that match, however they are written.

Each character of the shown text is folded by itself, so that a hit in the folded text leads back to the letters shown;
Chinese characters also match by their readings, in full or by initials, and Korean syllables by their first consonants.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from html import escape
from unicodedata import normalize

from dealers.folding import fold_character, initials_of_hangul, is_han, is_initial_jamo, readings
from dealers.search import Term

Span = tuple[int, int]

_WITHOUT_SIGNS = {code: " " if chr(code).isspace() else None for code in range(128) if not chr(code).isalnum()}


def highlighted(text: str, terms: Sequence[Term]) -> str:
    """The text as HTML with <mark> around every hit; merely escaped when nothing matches."""
    spans = merged([span for term in terms for wanted in term.all for span in spans_of(text, wanted)])
    if not spans:
        return escape(text)
    shown = normalize("NFC", text)
    parts = []
    done = 0
    for start, end in spans:
        parts.append(f"{escape(shown[done:start])}<mark>{escape(shown[start:end])}</mark>")
        done = end
    return "".join(parts) + escape(shown[done:])


def finds(text: str, term: Term) -> bool:
    """Whether the term is seen in the text."""
    return any(spans_of(text, wanted) for wanted in term.all)


def merged(spans: Sequence[Span]) -> list[Span]:
    """In order and without overlaps."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def spans_of(text: str, wanted: str) -> list[Span]:
    """Where the folded word is in the text as it is shown: by spelling, else by reading. Half-open, in characters."""
    shown = normalize("NFC", text)
    return _spelt(shown, wanted) or _read_aloud(shown, wanted) or _by_consonants(shown, wanted)


# A page looks for each word in a hundred texts, and in each of them several times.
@lru_cache(maxsize=8192)
def _searched(shown: str) -> str:
    """The text as it is searched. Signs are not searched for, so that obrien is found in O'Brien; a space parts words."""
    if shown.isascii():
        return shown.lower().translate(_WITHOUT_SIGNS)
    return "".join(letter for character in shown for letter in _letters(character))


def _letters(character: str) -> str:
    """What is searched of one character shown."""
    folded = fold_character(character)
    return "".join(
        letter if letter.isalnum() or letter == "ー" else " "
        for letter in folded
        if letter.isalnum() or letter == "ー" or letter.isspace()
    )


def _spelt(shown: str, wanted: str) -> list[Span]:
    searched = _searched(shown)
    at = searched.find(wanted)
    if at < 0:
        return []
    places = [place for place, character in enumerate(shown) for _letter in _letters(character)]
    spans = []
    while at >= 0:
        # One or two letters are looked for where words begin only, as in the index.
        if len(wanted) > 2 or not wanted.isascii() or at == 0 or searched[at - 1] == " ":
            spans.append((places[at], places[at + len(wanted) - 1] + 1))
        at = searched.find(wanted, at + len(wanted))
    return spans


@lru_cache(maxsize=8192)
def _aloud(shown: str) -> tuple[tuple[int, ...], tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """Of the Chinese characters in the text: where they are, their readings, and the letters that these begin with."""
    places = tuple(place for place, character in enumerate(shown) if is_han(character))
    syllables = readings("".join(shown[place] for place in places)) if places else ()
    return places, syllables, tuple("".join({reading[:1] for reading in each}) for each in syllables)


def _read_aloud(shown: str, wanted: str) -> list[Span]:
    """In Chinese characters, by pinyin in full or initials. The first place that reads so."""
    if shown.isascii() or not wanted.isascii():
        return []
    places, syllables, first_letters = _aloud(shown)
    for first, letters in enumerate(first_letters):
        if wanted[0] not in letters:
            continue
        for initials in (True, False):
            if (last := _reads(syllables, first, wanted, initials=initials)) is not None:
                return [(places[first], places[last] + 1)]
    return []


def _reads(syllables: Sequence[Sequence[str]], first: int, rest: str, *, initials: bool) -> int | None:
    """The last syllable that the word reaches when it is read from `first`; `None` when it reads otherwise."""
    if first >= len(syllables):
        return None
    for reading in syllables[first]:
        spoken = reading[:1] if initials else reading
        if spoken.startswith(rest):
            return first
        if spoken and rest.startswith(spoken):
            last = _reads(syllables, first + 1, rest[len(spoken) :], initials=initials)
            if last is not None:
                return last
    return None


def _by_consonants(shown: str, wanted: str) -> list[Span]:
    if not is_initial_jamo(wanted[0]):
        return []
    places = [place for place, character in enumerate(shown) if "가" <= character <= "힣"]
    at = "".join(initials_of_hangul(fold_character(shown[place])) for place in places).find(wanted)
    return [(places[at], places[at + len(wanted) - 1] + 1)] if at >= 0 and places else []
