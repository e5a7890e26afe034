"""Who sees which entry of the side bar, and which one is marked."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.urls import path

from crm.base import navigation
from crm.base.navigation import NavItem, Section, links_for, register

urlpatterns = [
    path("", HttpResponse, name="start"),
    path("dealers/", HttpResponse, name="dealers"),
    path("dealers/map/", HttpResponse, name="map"),
    path("jobs/", HttpResponse, name="jobs"),
]
pytestmark = pytest.mark.urls(__name__)
ALICE = SimpleNamespace(administers=False)
ADMIN = SimpleNamespace(administers=True)


@pytest.fixture(autouse=True)
def _entries(monkeypatch):
    monkeypatch.setattr(navigation, "_items", {})
    monkeypatch.setattr(navigation, "_kept_by", None)
    register(NavItem("jobs", "Jobs", "clock", 1, lambda user: user.administers, Section.ADMINISTRATION))
    register(NavItem("map", "Map", "map-2", 30))
    register(NavItem("start", "Home", "home", 10))
    register(NavItem("dealers", "Dealers", "building-store", 20))
    register(NavItem("not-installed", "Ghost", "x", 5))


def test_entries_stand_in_order_and_only_for_those_who_may():
    assert [link.label for link in links_for(ALICE, path="/")] == ["Home", "Dealers", "Map"]
    assert [link.label for link in links_for(ADMIN, path="/")] == ["Home", "Dealers", "Map", "Jobs"]


@pytest.mark.parametrize(
    ("path", "current"),
    [("/", ["Home"]), ("/dealers/7/", ["Dealers"]), ("/dealers/map/", ["Map"]), ("/elsewhere/", [])],
)
def test_the_nearest_entry_is_the_current_one(path, current):
    assert [link.label for link in links_for(ADMIN, path=path) if link.is_current] == current


def test_a_second_entry_for_a_page_replaces_the_first():
    register(NavItem("dealers", "Partners", "users", 20))
    assert [link.label for link in links_for(ALICE, path="/")] == ["Home", "Partners", "Map"]
