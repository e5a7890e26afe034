"""Every URL, asked as every person with every method. How to add a row: the docstring of tests/permissions."""

from __future__ import annotations

import importlib
import io
import pkgutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection, models, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

import tests.permissions
from accounts.models import Territory, User
from tests.cast import PEOPLE, hire, plant_territories, sign_in
from tests.permissions import Id, Row

# Without the mark there would be no test database when this module runs alone.
pytestmark = pytest.mark.django_db

MODULES = [
    importlib.import_module(f"tests.permissions.{module.name}")
    for module in pkgutil.iter_modules(tests.permissions.__path__)
]
ROWS: dict[str, Row] = {name: row for module in MODULES for name, row in module.ROWS.items()}
EXEMPT: dict[str, str] = {name: why for module in MODULES for name, why in getattr(module, "EXEMPT", {}).items()}
THINGS: dict[str, Callable[[Territory], Any]] = {
    name: make for module in MODULES for name, make in getattr(module, "THINGS", {}).items()
}
UNSCOPED: set[str] = {name for module in MODULES for name in getattr(module, "UNSCOPED", ())}

HERE, THERE = "CN-EAST-1", "JP-KANTO-1"
# Who sees the two places; see tests.cast.
IN_SCOPE = {
    HERE: {"alice", "bob", "dora", "fay", "ada", "rory"},
    THERE: {"charlie", "dora", "fay", "ada"},
}


# --- The rows are complete ------------------------------------------------------------------------------------------------


def url_names(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Every URL's name with its namespace; the route of one that has no name. A whole namespace can be exempt."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name or entry.pattern}"
        else:
            namespace = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            if namespace.rstrip(":") not in EXEMPT:
                yield from url_names(entry, namespace)
            else:
                yield namespace.rstrip(":")


def test_every_url_has_a_row() -> None:
    missing = set(url_names(get_resolver())) - set(ROWS) - set(EXEMPT)
    assert not missing, f"Without a row in tests/permissions: {sorted(missing)}"


def test_no_row_is_stale() -> None:
    stale = (set(ROWS) | set(EXEMPT)) - set(url_names(get_resolver()))
    assert not stale, f"There is no such URL any more: {sorted(stale)}"


def test_exemptions_say_why() -> None:
    assert all(len(why.split()) >= 4 for why in EXEMPT.values())
    assert not set(EXEMPT) & set(ROWS)


def test_rows_name_people_and_things_that_exist() -> None:
    for name, row in ROWS.items():
        for method in ("get", "post"):
            assert (row.who(method) or set()) <= set(PEOPLE), name
        ids = {value.thing for value in row.body.values() if isinstance(value, Id)}
        assert ids | set(row.lists) <= set(THINGS), name
        assert set(row.foreign) <= {key for key, value in row.body.items() if isinstance(value, Id)}, name


# --- Asking -----------------------------------------------------------------------------------------------------------------


@dataclass
class Stage:
    """The cast, their clients, and the things at both places."""

    people: dict[str, User]
    clients: dict[str, Client]
    territories: dict[str, Territory]
    _things: dict[tuple[str, str], Any] = field(default_factory=dict)

    def thing(self, name: str, place: str) -> Any:
        """Made when first asked for; one without a territory is the same at both places."""
        key = (name, HERE if name in UNSCOPED else place)
        if key not in self._things:
            self._things[key] = THINGS[name](self.territories[place])
        return self._things[key]

    def forget_things(self) -> None:
        self._things.clear()

    def url(self, name: str, row: Row, place: str) -> str:
        return reverse(name, args=[self._argument(arg, place) for arg in row.args])

    def _argument(self, arg: Any, place: str) -> Any:
        if arg not in THINGS:
            return arg
        thing = self.thing(arg, place)
        return thing.pk if isinstance(thing, models.Model) else thing

    def body(self, row: Row, place: str) -> dict[str, Any]:
        return {
            key: self.thing(value.thing, place).pk if isinstance(value, Id) else value
            for key, value in row.body.items()
        }


@pytest.fixture
def _django_db_helper() -> None:
    """In place of pytest-django's, which would end the transaction of `stage` after the first test."""


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    """One cast for the whole module: each request is rolled back by itself."""
    assert connection.settings_dict["NAME"].startswith("test_")
    with django_db_blocker.unblock(), transaction.atomic():
        territories = plant_territories()
        people = {name: hire(name, territories) for name in PEOPLE}
        clients = {name: sign_in(Client(), user) for name, user in people.items()}
        yield Stage(people, clients, territories)
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def rolled_back(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a row's things leave behind is gone before the next row."""
    if "stage" not in request.fixturenames:
        yield
        return
    stage: Stage = request.getfixturevalue("stage")
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    stage.forget_things()


def ask(client: Client, method: str, url: str, row: Row, data: dict[str, Any] | None = None) -> Any:
    """The answer, its body read; whatever the request wrote, or put into a cookie, is undone."""
    cookies = client.cookies.output(header="", sep=";")
    response: Any
    with transaction.atomic():
        if method == "get":
            response = client.get(url, data={**row.query, **(data or {})}, headers=dict(row.headers))
        else:
            response = client.post(url, data=data, headers=dict(row.headers))
        response.body = b"".join(response.streaming_content) if response.streaming else response.content
        transaction.set_rollback(True)
    client.cookies.clear()
    client.cookies.load(cookies)
    return response


def expected(name: str, row: Row, method: str, place: str) -> tuple[int, ...]:
    """The statuses that the person `name` may get."""
    scoped = any(arg in THINGS and arg not in UNSCOPED for arg in row.args)
    unseen = scoped and name not in IN_SCOPE[place]
    allowed = row.who(method)
    if allowed is None:
        return (403, 404, 405)
    if name not in allowed:
        return (403, 404) if unseen else (403,)
    return (404,) if unseen else row.status(method)


@pytest.mark.parametrize("name", sorted(ROWS))
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_may(stage: Stage, name: str, method: str) -> None:
    row = ROWS[name]
    scoped = any(arg in THINGS and arg not in UNSCOPED for arg in row.args)
    wrong = []
    for place in (HERE, THERE) if scoped else (HERE,):
        url, body = stage.url(name, row, place), stage.body(row, place) if method == "post" else None
        for person, client in stage.clients.items():
            got = ask(client, method, url, row, body)
            want = expected(person, row, method, place)
            if got.status_code not in want:
                wrong.append(f"{person} {method} {url}: {got.status_code}, not {want}{_why(got)}")
    assert not wrong, "\n".join(wrong)


def _why(response: Any) -> str:
    """The errors of the form that was refused, if one was."""
    context = response.context
    form = context.get("form") if context is not None and hasattr(context, "get") else None
    errors = getattr(form, "errors", None)
    return f" {errors.as_json()}" if errors else ""


@pytest.mark.parametrize("name", sorted(ROWS))
def test_who_is_not_signed_in(stage: Stage, name: str) -> None:
    row = ROWS[name]
    url = stage.url(name, row, HERE)
    method = "get" if row.get is not None else "post"
    got = ask(Client(), method, url, row, stage.body(row, HERE) if method == "post" else None)
    if row.public:
        assert got.status_code in row.status(method), got.status_code
        return
    if row.pages and "HX-Request" not in row.headers:
        assert got.status_code == 302, got.status_code
        assert got.headers["Location"].startswith(reverse("account_login")), got.headers["Location"]
    else:
        assert got.status_code == 401, got.status_code
    fragment = Client().get(url, headers={"HX-Request": "true"})
    assert fragment.status_code in (401, 405), fragment.status_code


@pytest.mark.parametrize("name", sorted(name for name, row in ROWS.items() if row.foreign))
def test_anothers_id_in_the_form(stage: Stage, name: str) -> None:
    """Alice, or the first who may and does not see everything, posts Charlie's id for something of hers."""
    row = ROWS[name]
    person = next((p for p in ("alice", "bob", "rory") if p in (row.who("post") or ())), None)
    assert person, f"{name}: `foreign` needs somebody who may post and does not see Kanto"
    url = stage.url(name, row, HERE)
    for key in row.foreign:
        value = row.body[key]
        body = {**stage.body(row, HERE), key: stage.thing(value.thing, THERE).pk}
        got = ask(stage.clients[person], "post", url, row, body)
        assert got.status_code in (200, 403, 404, 422), f"{person} may post {key} of Kanto to {name}: {got.status_code}"
        if got.status_code == 200:
            assert key.encode() in got.body
            assert got.status_code not in row.status("post"), f"{name}: cannot tell success from refusal"


@pytest.mark.parametrize("name", sorted(name for name, row in ROWS.items() if row.lists))
def test_lists_searches_and_exports_keep_silent(stage: Stage, name: str) -> None:
    row = ROWS[name]
    person = next(p for p in ("alice", "bob", "rory") if p in (row.who("get") or ()))
    url = stage.url(name, row, HERE)
    for thing_name in row.lists:
        theirs = stage.thing(thing_name, THERE)
        stage.thing(thing_name, HERE)
        questions: list[dict[str, Any]] = [{}] + ([{row.search: str(theirs)}] if row.search else [])
        for question in questions:
            got = ask(stage.clients[person], "get", url, row, question)
            assert got.status_code in row.status("get"), got.status_code
            text = readable(got.body)
            for typed in question.values():
                # The search box shows what was typed.
                text = text.replace(f'value="{typed}"', "")
            assert str(theirs) not in text, f"{person} finds {theirs} by {question} in {name}"


def readable(body: bytes) -> str:
    """The text of an answer; of a workbook, that of all its parts."""
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body = b"\n".join(archive.read(part) for part in archive.namelist())
    return body.decode("utf-8", errors="replace")
