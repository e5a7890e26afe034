"""What every test gets."""

import pytest
from django.core.cache import cache

pytest_plugins = ["tests.cast"]


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """The company and the counters of attempts are cached; what a test rolled back must not live on there."""
    cache.clear()
