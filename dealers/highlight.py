"""What a query has found in a text: the letters that match, however they are written.

Each character of the shown text is folded by itself, so that a hit in the folded text leads back to the letters shown;
Chinese characters also match by their readings, in full or by initials, and Korean syllables by their first consonants.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from unicodedata import normalize

from dealers.folding import fold_character, initials_of_hangul, is_han, readings
from dealers.search import Term

Span = tuple[int, int]


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


def _spelt(shown: str, wanted: str) -> list[Span]:
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(shown):
        for letter in fold_character(character):
            # Signs are not searched for, so that obrien is found in O'Brien; a space parts words.
            if letter.isalnum() or letter in "ー":
                letters.append(letter)
                places.append(place)
            elif letter.isspace():
                letters.append(" ")
                places.append(place)
    folded = "".join(letters)
    spans = []
    at = folded.find(wanted)
    while at >= 0:
        # One or two letters are looked for where words begin only, as in the index.
        if len(wanted) > 2 or not wanted.isascii() or at == 0 or folded[at - 1] == " ":
            spans.append((places[at], places[at + len(wanted) - 1] + 1))
        at = folded.find(wanted, at + len(wanted))
    return spans


def _read_aloud(shown: str, wanted: str) -> list[Span]:
    """In Chinese characters, by pinyin in full or initials. The first place that reads so."""
    if not wanted.isascii() or not any(map(is_han, shown)):
        return []
    places = [place for place, character in enumerate(shown) if is_han(character)]
    syllables = readings("".join(shown[place] for place in places))
    for first in range(len(places)):
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
    places = [place for place, character in enumerate(shown) if "가" <= character <= "힣"]
    at = "".join(initials_of_hangul(fold_character(shown[place])) for place in places).find(wanted)
    return [(places[at], places[at + len(wanted) - 1] + 1)] if at >= 0 and places else []
