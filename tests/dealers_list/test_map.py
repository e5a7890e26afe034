"""The map shows the list's dealers: alone when there are few, in clusters when many, from squares when very many."""

import json
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from dealers import geo, map_tiles
from tests.factories import DealerFactory

pytestmark = pytest.mark.django_db
WORLD = {"bbox": "-180,-90,180,90", "zoom": "3"}


def ask(client, **parameters):
    response = client.get(reverse("dealers:points"), {**WORLD, **parameters})
    assert response.status_code == 200
    return [feature["properties"] for feature in response.json()["features"]]


@pytest.fixture
def shops(territories):
    for n in range(12):
        DealerFactory(territory=territories["CN-EAST-1"], latitude=31 + n / 100, longitude=121, tier="AB"[n % 2])
    DealerFactory(name="Tokyo", territory=territories["JP-KANTO-1"], latitude=35.7, longitude=139.7)
    DealerFactory(name="Nowhere", territory=territories["CN-EAST-1"])


def test_points_of_the_filtered_list(client_of, bob, shops):
    client = client_of(bob)
    assert len(ask(client)) == 12
    assert {shop["tier"] for shop in ask(client, tier="A")} == {"A"}
    assert ask(client, bbox="130,30,140,40") == []


def test_many_are_clusters_that_add_up(client_of, dora, shops, monkeypatch):
    monkeypatch.setattr(geo, "MOST_POINTS", 5)
    assert sorted(cluster["count"] for cluster in ask(client_of(dora))) == [1, 12]


def test_squares_tell_the_same(client_of, bob, dora, shops, monkeypatch):
    monkeypatch.setattr(geo, "MOST_POINTS", 5)
    monkeypatch.setattr(map_tiles, "MANY", 10)
    assert map_tiles.rebuild() > 0
    assert sorted(cluster["count"] for cluster in ask(client_of(dora))) == [1, 12]
    assert [cluster["count"] for cluster in ask(client_of(bob))] == [12]
    # Squares do not know tiers: those are counted.
    assert [cluster["count"] for cluster in ask(client_of(bob), tier="A")] == [6]


@pytest.mark.parametrize("most", [500, 5])
def test_a_list_that_is_narrowed_shows_what_the_whole_shows(most, client_of, bob, shops, territories, monkeypatch):
    """One statement reads what nothing narrows, another one what a filter does; here all dealers meet it."""
    monkeypatch.setattr(geo, "MOST_POINTS", most)
    DealerFactory(territory=territories["CN-EAST-1"], latitude=31, longitude=121, tier="A", deleted_at=timezone.now())
    client, near = client_of(bob), {"bbox": "120.9,30.99,121.1,31.055", "zoom": "12"}

    def features(**more: str) -> list[str]:
        answer = client.get(reverse("dealers:points"), {**near, **more}).json()["features"]
        return sorted(json.dumps(each) for each in answer)

    whole, narrowed = features(), features(tier="A,B")
    of_place = features(territory=str(territories["CN-EAST-1"].pk))
    # The addresses lead back to the list, which is another one.
    assert len(whole) == (6 if most == 500 else len(narrowed))
    assert whole == [re.sub('list=[^&"]*', "list=", each) for each in narrowed]
    assert whole == [re.sub('list=[^&"]*', "list=", each) for each in of_place]


def test_a_window_across_the_date_line(client_of, dora, shops):
    assert [shop["name"] for shop in ask(client_of(dora), bbox="130,-90,-170,90")] == ["Tokyo"]


def test_few_dealers_have_no_squares(shops):
    assert map_tiles.rebuild() == 0


@pytest.mark.parametrize("bbox", ["", "1,2,3", "a,b,c,d", "nan,0,1,1", "0,50,1,10"])
def test_a_window_that_is_none_is_refused(bbox, client_of, bob):
    assert client_of(bob).get(reverse("dealers:points"), {"bbox": bbox, "zoom": "3"}).status_code == 400
