"""The permission matrix: who may open what. One module an app, each with ROWS and, where needed, THINGS.

    from tests.permissions import EVERYBODY, Row

    THINGS = {"dealer": lambda place: DealerFactory(territory=place)}

    ROWS = {
        "dealers:list": Row(get=EVERYBODY, lists=("dealer",), search="q"),
        "dealers:detail": Row(get=EVERYBODY, args=("dealer",)),
        "dealers:edit": Row(
            get="alice bob dora ada",
            post="alice bob dora ada",
            args=("dealer",),
            body={"name": "New name", "territory": Id("territory"), ...},
            post_status=302,
            foreign=("territory",),
        ),
    }

A row is named like the URL (`namespace:name`). tests/test_permissions.py finds every module of this package by itself,
asks every URL as every person of tests/cast.py with every method, and fails for a URL without a row and for a row
without a URL.

What the columns say
    get, post   Who may, by name, in one text; EVERYBODY for all who are signed in; None when there is no such method
                (405). Whoever is not named gets 403.
    args        What the URL's arguments are: names of THINGS, or literal values that are no such name.
    Things      are made twice: in CN-EAST-1 (Alice's, below Bob's) and in JP-KANTO-1 (Charlie's). Each person is asked
                with both, and whoever does not see the territory must get 404, whatever `get` and `post` say. A thing
                that belongs to no territory is named in UNSCOPED of its module; nobody gets 404 for it.
    body        The form of the POST. `Id("territory")` stands for the pk of that thing, at the same place as the args.
    foreign     Fields of `body` that are posted once more with the pk of the thing at the other place: Alice's POST
                with Charlie's id must not be taken (200 or 422 with an error, 403 or 404; anything but a success).
    lists       Things that appear on the page: the one in Kanto must not be anywhere in Alice's answer, file or not.
    search      The query parameter that is searched for exactly that thing's name, still without finding it.
    query       Query parameters of each GET.
    get_status, post_status   What who may gets: 200 and 302 unless said otherwise.
    public      For people who are not signed in, too; anonymous then gets `get_status`.
    headers     As the test client takes them, {"HX-Request": "true"} for fragments that only htmx asks for.
    pages       False for answers that have no page to go to: anonymous gets 401 instead of the redirect.

EXEMPT, a dict from the name to the reason, takes URLs out of the matrix; the reason says what tests them instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.cast import PEOPLE

EVERYBODY = " ".join(PEOPLE)


@dataclass(frozen=True)
class Id:
    """In a body: the pk of the thing, at the place that is asked about."""

    thing: str


@dataclass(frozen=True)
class Row:
    """One URL of the matrix; see the package's docstring."""

    get: str | None = None
    post: str | None = None
    args: tuple[Any, ...] = ()
    body: Mapping[str, Any] = field(default_factory=dict)
    foreign: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    search: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    get_status: int | tuple[int, ...] = 200
    post_status: int | tuple[int, ...] = 302
    public: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    pages: bool = True

    def who(self, method: str) -> frozenset[str] | None:
        """The names of those who may; None when the URL does not take the method."""
        names = self.get if method == "get" else self.post
        return None if names is None else frozenset(names.split())

    def status(self, method: str) -> tuple[int, ...]:
        status = self.get_status if method == "get" else self.post_status
        return status if isinstance(status, tuple) else (status,)
