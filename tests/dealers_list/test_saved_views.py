"""Saved views and columns belong to one person."""

import pytest
from django.urls import reverse

from dealers.models import SavedView
from dealers.saved_views import MOST_VIEWS

pytestmark = pytest.mark.django_db


def test_save_replace_and_delete(client_of, alice):
    client = client_of(alice)
    client.post(reverse("dealers:save_view"), {"name": " Mine ", "query": "tier=A&nonsense=1"})
    client.post(reverse("dealers:save_view"), {"name": "Mine", "query": "tier=B"})
    view = SavedView.objects.get()
    assert (view.user, view.name, view.query) == (alice, "Mine", "tier=B")
    response = client.post(reverse("dealers:delete_view", args=[view.pk]))
    assert response.status_code == 302
    assert not SavedView.objects.exists()


def test_charlie_gets_404(client_of, alice, charlie):
    view = SavedView.objects.create(user=alice, name="Mine")
    assert client_of(charlie).post(reverse("dealers:delete_view", args=[view.pk])).status_code == 404
    assert SavedView.objects.exists()


def test_a_view_needs_a_name_and_there_are_not_too_many(client_of, alice):
    client = client_of(alice)
    client.post(reverse("dealers:save_view"), {"name": "  "})
    assert not SavedView.objects.exists()
    SavedView.objects.bulk_create(SavedView(user=alice, name=str(n)) for n in range(MOST_VIEWS))
    client.post(reverse("dealers:save_view"), {"name": "One more"})
    assert SavedView.objects.count() == MOST_VIEWS


def test_columns_are_kept_on_the_profile(client_of, alice, territories):
    client = client_of(alice)
    client.post(reverse("dealers:columns"), {"column": ["code", "status", "no-such-column"]})
    alice.refresh_from_db()
    assert alice.preferences["dealer_columns"] == ["code", "status"]
    client.post(reverse("dealers:columns"), {"usual": "1", "column": ["code"]})
    alice.refresh_from_db()
    assert alice.preferences["dealer_columns"] == []
