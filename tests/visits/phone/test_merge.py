"""What two people changed."""

import pytest

from visits.sync.merge import Merged, merge


@pytest.mark.parametrize(
    ("base", "theirs", "ours", "expected"),
    [
        # Only the phone changed it.
        ({"summary": ""}, {"summary": ""}, {"summary": "a"}, Merged({"summary": "a"})),
        # Each changed something else.
        ({"summary": ""}, {"summary": "", "objective": "b"}, {"summary": "a"}, Merged({"summary": "a"})),
        # Both wrote the same.
        ({"mood": None}, {"mood": 1}, {"mood": 1}, Merged()),
        # Both changed it, differently.
        (
            {"objective": "old"}, {"objective": "theirs"}, {"objective": "mine"},
            Merged({}, {"objective": {"theirs": "theirs", "yours": "mine"}}),
        ),
        # The phone never saw a value, and there is one now.
        ({}, {"summary": "theirs"}, {"summary": "mine"}, Merged({}, {"summary": {"theirs": "theirs", "yours": "mine"}})),
        # Emptying what is still as it was seen.
        ({"next_step": "call"}, {"next_step": "call"}, {"next_step": ""}, Merged({"next_step": ""})),
        # Nothing, empty text and empty object are one.
        ({"conveyed": {}}, {"conveyed": {}}, {"conveyed": None}, Merged()),
        # Zero is a value: a mood of nothing is not "matter of fact".
        ({"mood": None}, {"mood": None}, {"mood": 0}, Merged({"mood": 0})),
    ],
)  # fmt: skip
def test_three_ways(base, theirs, ours, expected):
    assert merge(base=base, theirs=theirs, ours=ours) == expected
