"""What stands in the side bar. Each app registers its own entries in `AppConfig.ready`."""

from __future__ import annotations

import enum
import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.translation import get_language

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


# Stands where the id goes while an address is looked up.
_ID = 314159265358979323


@functools.lru_cache(maxsize=1024)
def _around_id(name: str, urlconf: str, prefix: str) -> tuple[str, str] | None:
    try:
        address = reverse(name, urlconf, args=[_ID])
    except NoReverseMatch:
        return None
    before, _here, after = address.partition(str(_ID))
    return before, after


def object_url(name: str, pk: int) -> str | None:
    """The address of a page whose one argument is a whole number; None when it is not installed.

    A dealer's page names fifty of them, and each `reverse` goes through all patterns of that name.
    """
    around = _around_id(name, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())
    return None if around is None else f"{around[0]}{pk}{around[1]}"


def everybody(user: Any) -> bool:
    return True


@dataclass(frozen=True)
class NavItem:
    """One entry; `icon` is a name of frontend/icons.txt.

    `visible(user)` should not query, and depends on nothing that `keep_with` does not tell apart: on the user's rights.
    """

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
# How often; what was kept before is not taken any more.
_registered = 0


def register(item: NavItem) -> None:
    """Add an entry; a second one for the same page replaces the first."""
    global _registered
    _items[item.url_name] = item
    _registered += 1


_kept_by: Callable[[Any], dict[Any, Any]] | None = None


def keep_with(kept_by: Callable[[Any], dict[Any, Any]]) -> None:
    """Let links be kept in the dictionary that `kept_by(user)` gives: the same one only for who may open the same."""
    global _kept_by
    _kept_by = kept_by


def links_for(user: Any, *, path: str) -> tuple[NavLink, ...]:
    """What `user` may open, in order. The entry whose address is the longest beginning of `path` is the current one."""
    kept = _kept_by(user) if _kept_by else {}
    about = "links", get_language(), get_urlconf(), get_script_prefix(), _registered
    # By the current address; under None without any.
    links: dict[str | None, tuple[NavLink, ...]] | None = kept.get(about)
    if links is None:
        links = kept[about] = {None: _links(user)}
    urls = [link.url for link in links[None]]
    above = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    current = max(above, key=len, default=None)
    if current not in links:
        links[current] = tuple(replace(link, is_current=link.url == current) for link in links[None])
    return links[current]


def _links(user: Any) -> tuple[NavLink, ...]:
    return tuple(
        NavLink(url, str(item.label), item.icon, False, item.section)
        for item in sorted(_items.values(), key=lambda item: (item.section, item.order, item.url_name))
        if (url := item.url()) is not None and item.visible(user)
    )
