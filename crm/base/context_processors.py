"""What templates/base.html needs on every page. Nothing is computed for a fragment that does not ask for it."""

from __future__ import annotations

from functools import cached_property
from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, gettext

from crm.base.navigation import NavLink, Section, links_for, page_url

SIDEBAR_COOKIE = "sidebar"
THEMES = ("AUTO", "LIGHT", "DARK")


def _url(name: str) -> str:
    """Empty when no such page is installed."""
    return page_url(name) or ""


class Shell:
    """The frame around a page: who is signed in, where she may go, how it should look."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def user(self) -> Any:
        return getattr(self._request, "user", None)

    @cached_property
    def signed_in(self) -> bool:
        return bool(self.user and self.user.is_authenticated)

    @cached_property
    def theme(self) -> str:
        """AUTO, LIGHT or DARK, as on the profile."""
        theme = getattr(self.user, "theme", "AUTO") if self.signed_in else "AUTO"
        return theme if theme in THEMES else "AUTO"

    @cached_property
    def first_theme(self) -> str:
        """light or dark: what the page starts with, before static/js/theme.js has asked the device."""
        return "dark" if self.theme == "DARK" else "light"

    @cached_property
    def sidebar(self) -> str:
        return "compact" if self._request.COOKIES.get(SIDEBAR_COOKIE) == "compact" else "wide"

    @cached_property
    def language(self) -> str:
        return get_language() or settings.LANGUAGE_CODE

    @cached_property
    def languages(self) -> list[tuple[str, str]]:
        return list(settings.LANGUAGES)

    @cached_property
    def sections(self) -> tuple[tuple[str, tuple[NavLink, ...]], ...]:
        """Heading (empty for the first) and entries, section by section."""
        if not self.signed_in:
            return ()
        headings = {Section.MAIN: "", Section.ADMINISTRATION: gettext("Administration")}
        links = links_for(self.user, path=self._request.path)
        return tuple(
            (headings[section], tuple(group)) for section, group in groupby(links, key=lambda link: link.section)
        )

    @cached_property
    def frame(self) -> tuple[object, ...]:
        """What top bar and side bar are made of, beside the address of the page."""
        account = (self.user.pk, self.user.name, self.user.email)
        return account, self.sections, self.theme, self.sidebar, self.home_url, self.search_url, self.appearance_url

    @cached_property
    def home_url(self) -> str:
        return _url("home:index") or _url("home") or "/"

    @cached_property
    def search_url(self) -> str:
        return _url("dealers:list")

    @cached_property
    def profile_url(self) -> str:
        return _url("accounts:profile")

    @cached_property
    def appearance_url(self) -> str:
        """Takes POST of `theme` or `language`, and of `next`."""
        return _url("accounts:appearance")

    @cached_property
    def language_url(self) -> str:
        """Takes POST of `language` and `next`; before sign-in it is Django's own view."""
        return (self.appearance_url if self.signed_in else "") or _url("set_language")

    @cached_property
    def security_links(self) -> list[tuple[str, str, str]]:
        """Address, label, icon."""
        links = [
            (_url("mfa_index"), gettext("Two-step sign-in"), "shield-lock"),
            (_url("usersessions_list"), gettext("Signed-in devices"), "devices"),
            (_url("account_change_password"), gettext("Password"), "key"),
        ]
        return [link for link in links if link[0]]

    @cached_property
    def sign_in_url(self) -> str:
        return _url(str(settings.LOGIN_URL)) or str(settings.LOGIN_URL)

    @cached_property
    def sign_out_url(self) -> str:
        return _url("account_logout") or _url("logout")


def shell(request: HttpRequest) -> dict[str, Shell]:
    return {"shell": Shell(request)}
