"""The back office: whom it lets in, to which rows, and how much it asks of the database."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.choices import Role
from accounts.models import Territory, TerritoryAssignment, User
from tests.cast import PEOPLE, hire, sign_in
from tests.factories import AssignmentFactory, TerritoryFactory, UserFactory

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label_lower)
PERSONAL = [model for model in MODELS if hasattr(model, "PERSONAL")]


def list_url(model) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


@pytest.mark.parametrize("name", [name for name in PEOPLE if name != "ada"])
def test_only_administrators_get_in(name, territories) -> None:
    """Being called staff is not enough: the role opens the back office, and staff the door."""
    user = hire(name, territories)
    assert sign_in(Client(), user).get("/admin/", follow=True).status_code == 403
    user.is_staff = True
    user.save()
    client = sign_in(Client(), user)
    for model in MODELS:
        assert client.get(list_url(model)).status_code == 403, model._meta.label


def test_an_administrator_reads_every_list(ada, client_of) -> None:
    client = client_of(ada)
    for model in MODELS:
        expected = 403 if model in PERSONAL else 200
        assert client.get(list_url(model)).status_code == expected, model._meta.label


def test_addresses_factors_and_sessions_are_not_kept_here() -> None:
    """Who could write them would sign in as anybody: an address of her own is all that a new password takes."""
    owned = {"account", "mfa", "socialaccount", "usersessions", "auth", "sessions"}
    assert not [model._meta.label for model in MODELS if model._meta.app_label in owned]


def test_an_administrator_who_is_not_staff_stays_out(ada, client_of) -> None:
    ada.is_staff = False
    ada.save()
    assert client_of(ada).get("/admin/", follow=True).status_code == 403


@pytest.mark.parametrize(
    ("permission", "granted"),
    [
        ("accounts.view_user", True),
        ("accounts.change_user", True),
        ("accounts.delete_territory", True),
        ("accounts.view_userevent", True),
        ("accounts.change_userevent", False),
        ("accounts.delete_userevent", False),
        ("dealers.view_dealer", True),
        ("dealers.view_basicinfo", False),
        ("dealers.nothing_at_all", False),
        ("nowhere.view_thing", False),
    ],
)
def test_what_the_role_grants(ada, permission, granted) -> None:
    assert ada.has_perm(permission) is granted


def test_granted_by_role_and_day(ada, territories) -> None:
    assignment = ada.assignments.get()
    assignment.territory = territories["CN"]
    assignment.save()
    fresh = get_user_model().objects.get(pk=ada.pk)
    assert not fresh.has_perm("accounts.view_user")


def test_there_is_a_page_for_people(ada, alice, client_of, territories) -> None:
    client = client_of(ada)
    pages = [
        (User, alice.pk, "alice@example.com"),
        (Territory, territories["CN"].pk, "CN"),
        (TerritoryAssignment, alice.assignments.get().pk, "CN-EAST-1"),
    ]
    for model, pk, text in pages:
        url = reverse(f"admin:accounts_{model._meta.model_name}_change", args=[pk])
        assert text in client.get(url).content.decode()
        found = client.get(list_url(model), {"q": text}).content.decode()
        assert f"/{pk}/change/" in found


@pytest.mark.parametrize("model", [User, Territory, TerritoryAssignment])
def test_lists_ask_the_same_however_long(ada, client_of, territories, model) -> None:
    client = client_of(ada)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(list_url(model)).status_code == 200
        return len(queries)

    count()
    few = count()
    for number in range(12):
        place = TerritoryFactory(code=f"B-{number}", parent=territories["CN"])
        AssignmentFactory(territory=place, user=UserFactory(manager=ada))
    # New territories are new to everybody's scope: read once more, then kept.
    count()
    assert count() <= few


@pytest.mark.parametrize("model", [User, Territory])
def test_people_and_territories_are_closed_not_deleted(ada, alice, territories, client_of, model) -> None:
    pk = alice.pk if model is User else territories["CN-EAST-2"].pk
    url = reverse(f"admin:accounts_{model._meta.model_name}_delete", args=[pk])
    assert client_of(ada).post(url, {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=pk).exists()


def test_no_administrator_makes_herself_a_superuser(ada, alice, client_of) -> None:
    client = client_of(ada)
    for user in (ada, alice):
        url = reverse("admin:accounts_user_change", args=[user.pk])
        data = {
            "name": user.name, "email": user.email, "theme": "AUTO", "language": "en", "is_active": "on",
            "is_staff": "on", "is_superuser": "on",
            "assignments-TOTAL_FORMS": 0, "assignments-INITIAL_FORMS": 0,
        }  # fmt: skip
        client.post(url, data)
        user.refresh_from_db()
        assert not user.is_superuser


def test_a_superuser_is_out_of_reach(ada, client_of) -> None:
    root = UserFactory(is_superuser=True, name="Root")
    url = reverse("admin:accounts_user_change", args=[root.pk])
    client_of(ada).post(url, {"name": "Renamed"})
    root.refresh_from_db()
    assert root.name == "Root"


def test_a_change_says_where_it_was_made(ada, territories, client_of) -> None:
    url = reverse("admin:accounts_territory_change", args=[territories["CN"].pk])
    client_of(ada).post(url, {"name": "China", "code": "CN", "country": "CN"})
    context = apps.get_model("accounts", "TerritoryEvent").objects.filter(name="China").latest("pgh_id").pgh_context
    assert context["reason"] == "in the back office"


def test_roles_are_never_given_to_oneself_there(ada, territories, client_of) -> None:
    """The back office is no way round the rule of the pages."""
    url = reverse("admin:accounts_territoryassignment_add")
    data = {"user": ada.pk, "territory": territories["CN"].pk, "role": Role.DIRECTOR, "period_0": "2026-01-01"}
    client = client_of(ada)
    assert client.post(url, data).status_code == 200
    assert [a.role for a in ada.assignments.all()] == [Role.ADMINISTRATOR]
    other = UserFactory()
    assert client.post(url, {**data, "user": other.pk}).status_code == 302
    assert [a.role for a in other.assignments.all()] == [Role.DIRECTOR]
