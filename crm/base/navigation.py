"""What stands in the side bar. Each app registers its own entries in `AppConfig.ready`."""

from __future__ import annotations

import enum
import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Section(enum.IntEnum):
    """The blocks of the side bar, from the top down."""

    MAIN = 1
    ADMINISTRATION = 2


@functools.lru_cache(maxsize=512)
def _page_url(name: str, urlconf: str, prefix: str) -> str | None:
    try:
        return reverse(name, urlconf)
    except NoReverseMatch:
        return None


def page_url(name: str) -> str | None:
    """The address of a page without arguments; None when it is not installed. Every page asks for the same twenty."""
    return _page_url(name, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())


def everybody(user: Any) -> bool:
    return True


@dataclass(frozen=True)
class NavItem:
    """One entry. `visible(user)` is asked on every page and should not query; `icon` is a name of frontend/icons.txt."""

    url_name: str
    label: StrOrPromise
    icon: str
    order: int
    visible: Callable[[Any], bool] = everybody
    section: Section = Section.MAIN

    def url(self) -> str | None:
        """None when no such page is installed."""
        return page_url(self.url_name)


@dataclass(frozen=True)
class NavLink:
    """An entry as one user sees it on one page."""

    url: str
    label: str
    icon: str
    is_current: bool
    section: Section


_items: dict[str, NavItem] = {}


def register(item: NavItem) -> None:
    """Add an entry; a second one for the same page replaces the first."""
    _items[item.url_name] = item


def links_for(user: Any, *, path: str) -> list[NavLink]:
    """What `user` may open, in order. The entry whose address is the longest beginning of `path` is the current one."""
    found = [
        (item, url)
        for item in sorted(_items.values(), key=lambda item: (item.section, item.order, item.url_name))
        if (url := item.url()) is not None and item.visible(user)
    ]
    above = [url for _, url in found if path == url or (url != "/" and path.startswith(url))]
    current = max(above, key=len, default=None)
    return [NavLink(url, str(item.label), item.icon, url == current, item.section) for item, url in found]
