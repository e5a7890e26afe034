"""What every test gets."""

import os
from collections.abc import Iterator

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import translation

pytest_plugins = ["tests.cast"]

# The build machine tries the same examples each time; here each run tries others.
hypothesis.settings.register_profile("build", derandomize=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("build")


def pytest_configure(config: pytest.Config) -> None:
    """Pages name their static files plainly, so that tests need no collectstatic."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """The company and the counters of attempts are cached; what a test rolled back must not live on there."""
    from crm.base.models import Company

    cache.clear()
    Company._kept = None


@pytest.fixture(autouse=True)
def english() -> None:
    """The language of a request stays on in its thread; a test begins with the language of the settings."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(scope="session", autouse=True)
def emptied_tables_may_be_history() -> Iterator[None]:
    """Tests with real transactions end by truncating all tables: see accounts.append_only."""
    from django.db.backends.postgresql.operations import DatabaseOperations

    plain = DatabaseOperations.sql_flush

    def sql_flush(self, style, tables, **options):
        statements = plain(self, style, tables, **options)
        return ["SET LOCAL audit.truncation = 'allowed'", *statements] if statements else statements

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", sql_flush)
        yield
