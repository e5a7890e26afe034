"""The register of requirements names what exists. No database."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REGISTER = ROOT / "docs" / "requirements.md"
NUMBER = re.compile(r"[A-RX]-\d\d")
CODE = re.compile(r"`([^`]+)`")


def rows() -> list[tuple[str, str, str, str]]:
    """Number, what is done about it, paths, tests; heads and rules of tables left out."""
    found = []
    for line in REGISTER.read_text(encoding="utf-8").splitlines():
        if line.startswith("|"):
            number, words, where, tests = (cell.strip() for cell in line.strip("|").split("|"))
            if number != "number" and set(number) != {"-"}:
                found.append((number, words, where, tests))
    return found


@cache
def functions_of(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_numbers_are_well_formed_and_stand_once() -> None:
    numbers = [number for number, *_rest in rows()]
    assert len(numbers) > 60
    assert [number for number in numbers if not NUMBER.fullmatch(number)] == []
    assert sorted(numbers) == sorted(set(numbers))


def test_what_is_not_served_is_not_served_elsewhere() -> None:
    text = REGISTER.read_text(encoding="utf-8").partition("## Not served yet")[2]
    missing = set(NUMBER.findall(text))
    for letter, first, last in re.findall(r"([A-RX])-(\d\d)\s+to\s+[A-RX]-(\d\d)", text):
        missing |= {f"{letter}-{number:02}" for number in range(int(first), int(last) + 1)}
    served = {number for number, *_rest in rows()}
    assert served & missing == set()
    # Nothing of these four is forgotten.
    for letter, count in (("A", 24), ("B", 33), ("C", 27), ("R", 6)):
        wanted = {f"{letter}-{number:02}" for number in range(1, count + 1)}
        assert wanted - served - missing == set()


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_a_row_names_code_and_tests_that_exist(row: tuple[str, str, str, str]) -> None:
    _number, words, where, tests = row
    assert len(words) >= 10
    paths, names = CODE.findall(where), CODE.findall(tests)
    assert paths
    assert names
    for path in paths:
        assert (ROOT / path).is_file(), path
    for name in names:
        path, _colons, function = name.partition("::")
        assert (ROOT / "tests" / path).is_file(), name
        assert function in functions_of(ROOT / "tests" / path), name
