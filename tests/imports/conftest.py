"""Files and imports for the tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Territory
from crm.base.models import Company
from crm.imports import actions
from crm.imports.models import ImportRun

Import = Callable[..., ImportRun]


@pytest.fixture(autouse=True)
def own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def company(db: None) -> Company:
    company = Company.get()
    company.currency, company.time_zone = "CNY", "Asia/Shanghai"
    company.save()
    return company


@pytest.fixture
def bring(company: Company, territories: dict[str, Territory], tmp_path: Path) -> Import:
    """Import a text as a CSV file: `bring("dealers", "code,name\\n...")`; refused rows are skipped."""

    def bring(importer: str, text: str | bytes, **options: Any) -> ImportRun:
        path = tmp_path / "file.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        options.setdefault("skip_refused", True)
        options.setdefault("at", timezone.now())
        return actions.import_file(path, importer, **options)

    return bring


def counts(run: ImportRun) -> tuple[int, int, int, int]:
    """New, changed, same, refused."""
    return run.rows_new, run.rows_changed, run.rows_same, run.rows_refused
