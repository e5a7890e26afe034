"""What every test gets."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

pytest_plugins = ["tests.cast"]


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    """The company and the counters of attempts are cached; what a test rolled back must not live on there."""
    cache.clear()
    yield
