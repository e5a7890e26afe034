"""Composing a visit form: what is read, refused, kept and told to the phone. No database."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import translation

from visits import composer
from visits.composer import Choice, Row
from visits.form import SECTIONS, QuestionType, Use, in_language, sections_of, told

SECTIONS_JS = (Path(__file__).parents[2] / "frontend" / "phone" / "sections.js").read_text(encoding="utf-8")


def posted(**fields: str | list[str]) -> QueryDict:
    """A form as the page sends it; `__` stands for the colon in a name, `Q` for the question's key."""
    data = QueryDict(mutable=True)
    for name, value in fields.items():
        data.setlist(name.replace("__", ":").replace("Q", "q:sign"), value if isinstance(value, list) else [value])
    return data


def question(**fields: Any) -> Row:
    return Row("q:sign", **({"label": {"en": "Is the sign lit?"}} | fields))


def test_rows_are_read_in_the_order_of_the_page():
    rows = composer.read(
        posted(
            row=["photos", "q:sign", "stated"], use__photos="REQUIRED", use__Q="OFFERED", use__stated="HIDDEN", type__Q="CHOICE",
            label__Q__en=" Sign? ", label__Q__ja="看板は?", choice__Q=["a", "b"], choice__a__Q__en="lit", choice__b__Q__ja="消灯",
        )
    )  # fmt: skip
    assert [(row.key, row.use) for row in rows] == [("photos", "REQUIRED"), ("q:sign", "OFFERED"), ("stated", "HIDDEN")]
    assert rows[1].label == {"en": "Sign?", "ja": "看板は?"}
    assert rows[1].choices == [Choice("a", {"en": "lit"}), Choice("b", {"ja": "消灯"})]


@pytest.mark.parametrize(
    ("row", "faulty"),
    [
        (question(), None),
        (question(label={}), "label"),
        (question(label={"en": "x" * 121}), "label"),
        (question(use="SOMETIMES"), "use"),
        (question(type="SONG"), "type"),
        (question(help={"en": "x" * 301}), "help"),
        (question(type="NUMBER", least="0", most="10"), None),
        (question(type="NUMBER", least="-1,5", most="1 000.25"), None),
        (question(type="NUMBER", least="ten"), "least"),
        (question(type="NUMBER", most="1e9"), "most"),
        (question(type="NUMBER", least="9", most="1"), "most"),
        (question(type="CHOICE"), "choices"),
        (question(type="CHOICE", choices=[Choice("a", {"en": "Yes"})]), "choices"),
        (question(type="CHOICE", choices=[Choice("a", {"en": "Yes"}), Choice("b", {"ja": "いいえ"})]), None),
        (question(type="CHOICE", choices=[Choice("a", {"en": "Yes"}), Choice("b", {})]), "choices"),
        (question(type="CHOICE", choices=[Choice("a", {"en": "Yes"}), Choice("b", {"en": "yes"})]), "choices"),
        (question(type="CHOICE", choices=[Choice("a", {"en": "Yes"}), Choice("a", {"en": "No"})]), "choices"),
        (question(type="CHOICE", choices=[Choice(str(n), {"en": str(n)}) for n in range(13)]), "choices"),
        (Row("q:Sign!", label={"en": "Sign"}), "key"),
        (Row("no-such-section", label={"en": "Odd"}), "key"),
        (Row("stated", use="REQUIRED"), None),
    ],
)  # fmt: skip
def test_what_is_refused(row, faulty):
    assert composer.check([row]) is (faulty is None)
    assert set(row.faults) == ({faulty} if faulty else set())


def test_nothing_stands_twice_and_a_form_has_an_end():
    twice = [Row("stated"), Row("stated")]
    assert not composer.check(twice)
    assert [set(row.faults) for row in twice] == [set(), {"key"}]
    many = [Row(f"q:{number}", label={"en": str(number)}) for number in range(composer.ROWS_MOST + 1)]
    assert not composer.check(many)
    assert composer.asks_something([Row("stated")])
    assert not composer.asks_something([Row("stated", use="HIDDEN")])


def test_what_was_kept_comes_back_as_it_was():
    rows = [
        Row("stated", Use.REQUIRED, help={"ko": "먼저 듣기"}),
        question(type="NUMBER", least="0", most="99.5", help={"en": "Count them"}),
        Row(
            "q:floor",
            type="CHOICE",
            label={"en": "Floor"},
            choices=[Choice("a", {"en": "1"}), Choice("b", {"en": "2"})],
        ),
    ]
    assert composer.check(rows)
    kept = composer.sections_of(rows)
    assert kept[1] == {
        "key": "q:sign", "use": "OFFERED", "help": {"en": "Count them"}, "type": "NUMBER", "label": {"en": "Is the sign lit?"}, "least": 0, "most": 99.5,
    }  # fmt: skip
    again = composer.rows_of(kept)
    assert [row.key for row in again[:3]] == ["stated", "q:sign", "q:floor"]
    assert composer.sections_of(again[:3]) == kept
    # Parts of the program's own that the form does not hold stand below, not asked.
    assert {row.use for row in again[3:]} == {"HIDDEN"}
    assert len(again) == len(SECTIONS) + 2


@pytest.mark.parametrize(
    ("language", "written", "shown"),
    [
        ("ja", {"en": "Sign", "ja": "看板"}, "看板"),
        ("ko", {"en": "Sign", "ja": "看板"}, "Sign"),
        ("ko", {"ja": "看板"}, "看板"),
        ("en", {}, ""),
    ],
)
def test_a_language_that_is_not_worded_falls_back(language, written, shown):
    with translation.override(language):
        assert in_language(written) == shown


def test_a_question_of_another_type_gets_another_key():
    now = [{"key": "q:sign", "type": "NUMBER"}, {"key": "q:floor", "type": "TEXT"}, {"key": "stated"}]
    fresh = composer.with_fresh_keys(now, [[{"key": "q:sign", "type": "YES_NO"}, {"key": "q:floor", "type": "TEXT"}]])
    assert fresh[0]["key"] != "q:sign"
    assert composer.KEY.fullmatch(fresh[0]["key"])
    assert fresh[1:] == now[1:]


def test_what_changes_is_said_in_sentences():
    before = [
        {"key": "stated", "use": "REQUIRED"},
        {"key": "photos", "use": "OFFERED"},
        {"key": "next", "use": "OFFERED"},
    ]
    now = [
        {"key": "next", "use": "REQUIRED"}, {"key": "stated", "use": "REQUIRED", "help": {"en": "Listen"}},
        {"key": "q:sign", "use": "OFFERED", "label": {"en": "Sign?"}}, {"key": "photos", "use": "HIDDEN"},
    ]  # fmt: skip
    assert composer.changes(before, now) == [
        "“Sign?” is asked now.",
        "“Photos” is no longer asked.",
        "“Next step” becomes compulsory.",
        "“What the dealer says” is worded or bounded otherwise.",
        "The order is another one.",
    ]
    assert composer.changes(now, now) == []


def test_the_catalogue_offers_what_is_not_asked_yet_in_the_newest_words():
    used = [[{"key": "q:price-tags", "type": "YES_NO", "label": {"en": "Tags?"}}]]
    rows = {row.key: row for row in composer.catalogue(used, {"q:their-need"})}
    assert rows["q:price-tags"].label == {"en": "Tags?"}
    assert "q:their-need" not in rows
    assert all(composer.check([row]) for row in rows.values())


# --- The contract with the phone ----------------------------------------------------------------------------------------


def every_kind_of_row() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"key": section.key, "use": "REQUIRED", "help": {"en": "Own help"}} for section in SECTIONS
    ]
    for kind in QuestionType:
        rows.append(
            {
                "key": f"q:{kind.lower()}", "use": "OFFERED", "type": kind.value, "label": {"en": "Q"}, "help": {"en": "H"},
                "choices": [{"key": "a", "label": {"en": "A"}}, {"key": "b", "label": {"en": "B"}}], "least": 1, "most": 5.5,
            }
        )  # fmt: skip
    return rows


def test_the_phone_reads_all_that_it_is_told():
    read = set(re.findall(r"\basked\.(\w+)", SECTIONS_JS)) | set(
        re.search(r"const bounds = \(\{ ([\w, ]+) \}\)", SECTIONS_JS)[1].split(", ")
    )  # type: ignore[index]
    for row in map(told, sections_of(every_kind_of_row())):
        assert set(row) <= read, row


def test_the_phone_draws_every_section_and_every_kind_of_answer():
    drawn = SECTIONS_JS.partition("const DRAW = {")[2].partition("\n};")[0]
    names = set(re.findall(r"^  (\w+)[:,]", drawn, re.MULTILINE))
    assert names == {section.key for section in SECTIONS}
    assert set(re.findall(r'case "(\w+)":', SECTIONS_JS)) == names
    assert set(re.findall(r'asked\.type === "(\w+)"', SECTIONS_JS)) == set(QuestionType) - {QuestionType.TEXT}


def test_bounds_and_choices_reach_the_phone_as_it_reads_them():
    rows = {row["key"]: row for row in map(told, sections_of(every_kind_of_row()))}
    assert (rows["q:number"]["least"], rows["q:number"]["most"]) == (1, 5.5)
    assert rows["q:choice"]["choices"] == [["a", "A"], ["b", "B"]]
    assert "least" not in rows["q:text"]
    assert rows["stated"] == {"key": "stated", "use": "REQUIRED", "help": "Own help"}
    assert told(sections_of([{"key": "stated", "use": "OFFERED"}])[0]) == {"key": "stated", "use": "OFFERED"}
