"""docs/imports.md tells the importers as they are. No database."""

from pathlib import Path

from django.conf import settings

from crm.imports import limits, nightly, profiles, registry
from crm.imports.describing import described

DOCUMENT = (Path(__file__).parents[2] / "docs" / "imports.md").read_text(encoding="utf-8")


def test_the_tables_are_those_of_the_importers() -> None:
    """After a change: `manage.py describe_importers`, between the two marks of the document."""
    told = DOCUMENT.partition("<!-- begin: manage.py describe_importers -->")[2].partition("<!-- end -->")[0]
    assert told.strip() == described(registry.importers()).strip()


def test_every_sheet_and_every_field_that_is_needed_is_named() -> None:
    for importer in registry.importers():
        _before, head, rest = DOCUMENT.partition(f"### `{importer.key}`: ")
        assert head, importer.key
        table = rest.partition("\n### ")[0]
        for field in importer.fields:
            assert f"| `{field.name}` |" in table, (importer.key, field.name)
            if field.required:
                line = next(line for line in table.splitlines() if line.startswith(f"| `{field.name}` |"))
                assert "| yes |" in line, (importer.key, field.name)


def test_limits_and_days_are_those_of_the_code() -> None:
    for said in (
        f"at most {settings.UPLOAD_LIMIT // limits.MEGABYTE} MB",
        f"a workbook {limits.XLSX_BYTES // limits.MEGABYTE} MB unpacked",
        f"{limits.ROWS:,} rows and {limits.COLUMNS} columns",
        f"For {nightly.KEPT_DAYS} days",
        f"goes after {nightly.WAITING_DAYS} days",
    ):
        assert said in DOCUMENT, said


def test_shipped_profiles_are_named() -> None:
    assert len(profiles.shipped()) > 5
    for profile in profiles.shipped():
        assert profile.name in DOCUMENT, profile.name
