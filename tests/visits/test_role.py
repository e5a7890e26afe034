"""What somebody's work is, in words: she reads it, whoever plans her writes it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from visits.models import RoleProfile

pytestmark = pytest.mark.django_db


def test_a_manager_writes_what_her_representative_reads(
    client_of: Callable[[User], Client], alice: User, bob: User, charlie: User
) -> None:
    address = reverse("visits:role", args=[alice.pk])
    typed = {"title": "Representative of the east", "duties": "Sells\nCollects", "powers": "Refunds up to 500"}
    assert client_of(alice).post(address, typed).status_code == 403
    assert client_of(charlie).get(address).status_code == 404
    assert client_of(bob).post(address, typed | {"duties": ""}).status_code == 422
    assert client_of(bob).post(address, typed).status_code == 302
    page = client_of(alice).get(address).content.decode()
    assert "Representative of the east" in page
    assert "Sells<br>Collects" in page
    assert "?change=1" not in page
    client_of(bob).post(address, typed | {"title": "Senior representative"})
    assert RoleProfile.objects.get().title == "Senior representative"
    told = RoleProfile.pgh_event_model.objects.order_by("pgh_id").values_list("title", flat=True)
    assert list(told) == ["Representative of the east", "Senior representative"]
