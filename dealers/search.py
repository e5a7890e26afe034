"""Finding dealers by what somebody types: names, codes, contacts, telephones and places in any script.

`dealers_dealersearch` holds for each dealer a folded text (see dealers.folding) and keys of one to three characters.
One or two characters are looked for where a word in Latin letters begins, at each Chinese character, kana and Korean
syllable or its first consonant. Three are looked for at any place of a word, and four and more in the text.
Chinese read aloud is found from the beginning of a syllable on: "hua" finds 华, but not the middle of 装 (zhuang).

How the database finds them quickly is told in dealers.found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from dealers.folding import (
    digits,
    fold,
    initials_of_hangul,
    is_hiragana,
    is_ideographic,
    is_initial_jamo,
    is_jamo,
    pinyin_of,
    romaji_of,
    words,
)
from dealers.models import Band, Contact, Dealer, DealerSearch

# So many characters are a key; more are looked for in the text.
SHORT = 3
# Of a reading in pinyin no more letters are kept from any of its syllables on; nobody types so many without a blank.
LONGEST_READING = 30
# A query has at most so many words, and each so many characters; the rest is not looked at.
MOST_TERMS = 6
LONGEST_TERM = 60
_BATCH = 1000
# Telephone numbers are looked for from this many digits on; fewer are a code or a number in a name.
_PHONE_DIGITS = 4
_ONE_DIGIT_COUNTRIES = "17"
_TWO_DIGIT_COUNTRIES = frozenset(
    [
        "20",
        "27",
        "30",
        "31",
        "32",
        "33",
        "34",
        "36",
        "39",
        "40",
        "41",
        "43",
        "44",
        "45",
        "46",
        "47",
        "48",
        "49",
        "51",
        "52",
        "53",
        "54",
        "55",
        "56",
        "57",
        "58",
        "60",
        "61",
        "62",
        "63",
        "64",
        "65",
        "66",
        "81",
        "82",
        "84",
        "86",
        "90",
        "91",
        "92",
        "93",
        "94",
        "95",
        "98",
    ]
)


@dataclass(frozen=True, slots=True)
class SearchWords:
    """What is stored for one dealer."""

    text: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a query, folded. `alternatives` of it are as good (a telephone without its country code)."""

    text: str
    alternatives: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return (self.text, *self.alternatives)

    @property
    def key(self) -> str:
        """The key that whatever the term finds has; empty for a number, which may be part of a telephone's."""
        return "" if len(self.text) > SHORT and self.text.isdecimal() else self.text[:SHORT]

    @property
    def pieces(self) -> tuple[str, ...]:
        """One of these is in the text of whatever the term finds; empty when the key says it all."""
        if len(self.text) <= SHORT:
            return ()
        if self.text.isascii() and self.text.isalpha():
            return (*self.all, f" {self.text.upper()[:LONGEST_READING]}")
        return self.all


# --- What is stored ----------------------------------------------------------------------------------------------------


def build_search_text(
    *,
    code: str,
    name: str,
    name_romanised: str = "",
    name_kana: str = "",
    country: str = "",
    region: str = "",
    city: str = "",
    phones: Iterable[str] = (),
    contacts: Iterable[tuple[str, str]] = (),
) -> SearchWords:
    """The words and keys of one dealer. `contacts` are pairs of name and name in kana; empty texts do no harm."""
    text: dict[str, None] = {}
    keys: dict[str, None] = {}
    japanese = country == "JP" or any(map(is_hiragana, fold(name)))
    for spelling, has_beginnings in (
        (code, True), (name, True), (name_romanised, True), (name_kana, True), (city, True), (region, False),
        *((part, False) for contact in contacts for part in contact),
    ):  # fmt: skip
        _add_name(spelling, text, keys, beginnings=has_beginnings, read_chinese=not japanese)
    for phone in phones:
        if number := digits(phone):
            text[number] = None
    return SearchWords(text=" ".join(text), keys=tuple(keys))


def _add_name(
    spelling: str, text: dict[str, None], keys: dict[str, None], *, beginnings: bool, read_chinese: bool
) -> None:
    if not spelling:
        return
    parts = words(spelling)
    joined = "".join(parts)
    read = pinyin_of(spelling) if read_chinese else []
    initials = ["".join(syllable[0] for syllable in reading) for reading in read]
    romaji = romaji_of(spelling)
    consonants = initials_of_hangul(joined)
    for word in (*parts, joined, *initials, *romaji, consonants):
        if word:
            text[word] = None
            _add_triples(word, keys)
    for reading in read:
        _add_reading(reading, text, keys)
    for part in parts:
        _add_ideographic_keys(part, keys)
    if beginnings:
        for word in (*parts, *map("".join, read), *initials, *romaji):
            if not is_ideographic(word[0]):
                keys[word[0]] = keys[word[:2]] = None
        for start in range(len(consonants)):
            keys[consonants[start]] = keys[consonants[start : start + 2]] = None


def _add_triples(word: str, keys: dict[str, None]) -> None:
    """Each three characters in a row; in Korean only where a syllable begins."""
    for start in range(len(word) - 2):
        if is_initial_jamo(word[start]) or not is_jamo(word[start]):
            keys[word[start : start + 3]] = None


def _add_reading(syllables: Sequence[str], text: dict[str, None], keys: dict[str, None]) -> None:
    """What is read aloud, from each syllable on. In capitals, which nothing else has: it is found as a beginning only."""
    for start in range(len(syllables)):
        spoken = "".join(syllables[start:])[:LONGEST_READING]
        text[spoken.upper()] = None
        if len(spoken) >= SHORT:
            keys[spoken[:SHORT]] = None


def _add_ideographic_keys(part: str, keys: dict[str, None]) -> None:
    """Each Chinese character or kana and each pair; for Korean each syllable's first two letters."""
    for start, character in enumerate(part):
        pair = part[start : start + 2]
        if is_ideographic(character):
            keys[character] = None
            if len(pair) == 2 and is_ideographic(pair[1]):
                keys[pair] = None
        elif is_initial_jamo(character) and len(pair) == 2 and not is_initial_jamo(pair[1]):
            keys[pair] = None


def refresh_search_text(dealer_ids: Iterable[int]) -> int:
    """Write anew what these dealers are found by, and return how many had changed. Two reads and one write a thousand.

    To be called, in the change's own transaction, wherever code, names, places, telephones or contacts change.
    """
    ids = sorted(set(dealer_ids))
    return sum(_refresh(ids[start : start + _BATCH]) for start in range(0, len(ids), _BATCH))


def refresh_missing() -> int:
    """Write the words of all dealers that have none yet, and return how many had to be written."""
    return refresh_search_text(Dealer.with_bin.filter(search__isnull=True).values_list("pk", flat=True).iterator())


def _refresh(ids: Sequence[int]) -> int:
    contacts: dict[int, list[tuple[str, ...]]] = defaultdict(list)
    rows = Contact.objects.filter(dealer_id__in=ids, active=True).order_by("dealer_id", "pk")
    for dealer_id, *contact in rows.values_list("dealer_id", "name", "name_kana", "phone", "mobile"):
        contacts[dealer_id].append(tuple(contact))
    found: list[tuple[int, int, str, str, bool]] = []
    fields = ("code", "name", "name_romanised", "name_kana", "country", "region", "city")
    for dealer in Dealer.with_bin.filter(pk__in=ids).values("pk", "territory_id", "phone", "deleted_at", *fields):
        people = contacts[dealer["pk"]]
        built = build_search_text(
            **{key: dealer[key] for key in fields},
            phones=(dealer["phone"], *(number for _name, _kana, *numbers in people for number in numbers)),
            contacts=((name, kana) for name, kana, *_numbers in people),
        )
        in_bin = dealer["deleted_at"] is not None
        found.append((dealer["pk"], dealer["territory_id"], built.text, " ".join(built.keys), in_bin))
    if not found:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO dealers_dealersearch AS kept (dealer_id, territory_id, text, keys, band)
            SELECT dealer_id, territory_id, text, string_to_array(keys, ' '), CASE WHEN in_bin THEN %s ELSE %s END
              FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::bool[])
                   AS built (dealer_id, territory_id, text, keys, in_bin)
            ON CONFLICT (dealer_id)
            DO UPDATE SET territory_id = excluded.territory_id, text = excluded.text, keys = excluded.keys
             WHERE (kept.territory_id, kept.text, kept.keys)
                   IS DISTINCT FROM (excluded.territory_id, excluded.text, excluded.keys)
            """,
            [Band.BIN, Band.REST, *(list(column) for column in zip(*found, strict=True))],
        )
        return cursor.rowcount


# --- What is asked -----------------------------------------------------------------------------------------------------


def terms_of(query: str) -> list[Term]:
    """The words that all have to be found; empty when nothing in the query can be looked for."""
    number = digits(query)
    if len(number) >= _PHONE_DIGITS and _is_phone(query):
        return [Term(number, _other_spellings(query, number))]
    return [Term(text) for text in map(_typed, words(query)[:MOST_TERMS]) if text]


def _typed(word: str) -> str:
    """Without the consonant of a Korean syllable that is still being typed."""
    word = word[:LONGEST_TERM]
    unfinished = len(word) > 1 and is_initial_jamo(word[-1]) and is_jamo(word[-2]) and not is_initial_jamo(word[-2])
    return word[:-1] if unfinished else word


def _is_phone(query: str) -> bool:
    return all(character.isdecimal() or character in "+-()./ \u3000－（）＋．" for character in query.strip())


def _other_spellings(query: str, number: str) -> tuple[str, ...]:
    """The number without its country code or the zero that replaces it."""
    if query.lstrip().startswith(("+", "＋")):
        return (_national(number),)
    if number.startswith("00"):
        return (number[2:], _national(number[2:]))
    return (number[1:],) if number.startswith("0") and len(number) > _PHONE_DIGITS else ()


def _national(number: str) -> str:
    """An international number without its country code. ITU-T E.164: zones 1 and 7 are one digit, the rest two or three."""
    if number[:1] in _ONE_DIGIT_COUNTRIES:
        return number[1:]
    return number[2:] if number[:2] in _TWO_DIGIT_COUNTRIES else number[3:]


def found_by(terms: Sequence[Term]) -> Q:
    """The condition on DealerSearch that all terms are found."""
    condition = Q()
    for term in terms:
        if term.key:
            condition &= Q(keys__contains=[term.key])
        either = Q()
        for piece in term.pieces:
            either |= Q(text__contains=piece)
        condition &= either
    return condition


def matching(terms: Sequence[Term]) -> Q:
    """The condition on dealers that all terms are found."""
    return Q(Exists(DealerSearch.objects.filter(found_by(terms), dealer_id=OuterRef("pk")))) if terms else Q()
