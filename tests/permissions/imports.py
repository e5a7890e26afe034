"""Who may import, and see imports."""

from __future__ import annotations

from django.db import connection
from django.utils import timezone

from accounts.models import Territory
from crm.imports import actions, staging
from crm.imports.choices import ImportState
from crm.imports.models import ImportRun
from tests.permissions import Row

IMPORTS = "dora fay ada"
# What a file loads says who uploaded it (tests/imports/test_pages.py): these files are the command's, so nobody here.
STEERS = ""
HEADERS = ["code", "name", "kind", "territory", "country"]


def uploaded(place: Territory) -> ImportRun:
    """A file of dealers whose columns were guessed; without its bytes."""
    return ImportRun.objects.create(
        importer="dealers",
        file="imports/not-kept",
        file_name="dealers.csv",
        reading={"format": "CSV", "encoding": "utf-8", "delimiter": ","},
        headers=HEADERS,
        sample=[["D-1", "Sunrise", "AGENT", place.code, "CN"]],
        mapping={"columns": {name: [name] for name in HEADERS}},
    )


def checked(place: Territory) -> ImportRun:
    """The same with its rows, one of them refused."""
    run = uploaded(place)
    with connection.cursor() as cursor:
        staging.make(cursor, staging.staging_table(run), len(HEADERS))
        cursor.execute(
            f"INSERT INTO {staging.staging_table(run)} (c1, c2, c3, c4, c5) "
            "VALUES ('D-1', 'Sunrise', 'AGENT', %s, 'CN'), ('D-2', 'Moon', 'kiosk', %s, 'CN')",
            [place.code, place.code],
        )
    ImportRun.objects.filter(pk=run.pk).update(state=ImportState.MAPPED)
    actions.check(run.pk, at=timezone.now())
    run.refresh_from_db()
    return run


def loaded(place: Territory) -> ImportRun:
    run = checked(place)
    actions.confirm(run)
    actions.load(run.pk, at=timezone.now())
    run.refresh_from_db()
    return run


THINGS = {"uploaded_import": uploaded, "checked_import": checked, "loaded_import": loaded}
# An import belongs to who uploaded it; these are nobody's, which only those see who see every territory.
UNSCOPED = {"uploaded_import", "checked_import", "loaded_import"}

ROWS = {
    "imports:list": Row(get=IMPORTS, post=IMPORTS, body={"importer": "dealers"}, post_status=422),
    "imports:example": Row(get=IMPORTS, args=("dealers",)),
    "imports:detail": Row(get=IMPORTS, args=("checked_import",)),
    "imports:progress": Row(get=IMPORTS, args=("uploaded_import",)),
    "imports:read_again": Row(post=STEERS, args=("uploaded_import",), body={"encoding": "utf-8"}),
    "imports:match": Row(post=STEERS, args=("uploaded_import",), body={f"column-{name}": name for name in HEADERS}),
    "imports:words": Row(
        post=STEERS, args=("checked_import",), body={"field": "kind", "word": "kiosk", "meaning": "RETAILER"}
    ),
    "imports:rows": Row(get=IMPORTS, args=("checked_import",)),
    "imports:mend": Row(
        post=STEERS, args=("checked_import",), body={"row": "3", "column": "3", "text": "RETAILER"}, post_status=200
    ),
    "imports:refused": Row(get=IMPORTS, args=("checked_import",)),
    "imports:confirm": Row(post=STEERS, args=("checked_import",)),
    "imports:undo": Row(post=STEERS, args=("loaded_import",)),
    "imports:resume": Row(post=IMPORTS, args=("checked_import",)),
    "imports:discard": Row(post=IMPORTS, args=("checked_import",)),
}
