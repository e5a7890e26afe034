import pytest

from dealers.window import Window, around


@pytest.mark.parametrize(
    ("places", "bounds"),
    [
        ([], ""),
        ([(None, None), (None, 31.0)], ""),
        ([(121.5, 31.2)], "121.4500,31.1500,121.5500,31.2500"),
        ([(121.5, 31.2), (139.7, 35.6), (None, None)], "121.4500,31.1500,139.7500,35.6500"),
    ],
)
def test_a_map_begins_around_what_it_shows(places: list[tuple[float | None, float | None]], bounds: str) -> None:
    assert around(places) == bounds


def test_a_share_of_the_longer_side_is_added() -> None:
    assert around([(0, 0), (10, 2)], margin=0, share=0.1) == "-1.0000,-1.0000,11.0000,3.0000"


@pytest.mark.parametrize(
    ("bbox", "lng", "lat", "inside"),
    [
        ("100,20,140,50", 121.5, 31.2, True),
        ("100,20,120,50", 121.5, 31.2, False),
        ("100,32,140,50", 121.5, 31.2, False),
        ("170,-50,-170,-30", 175.0, -40.0, True),
        ("170,-50,-170,-30", -175.0, -40.0, True),
        ("170,-50,-170,-30", 0.0, -40.0, False),
    ],
    ids=["inside", "east of it", "south of it", "across the date line", "behind the date line", "around the world"],
)
def test_a_window_holds_what_lies_in_it(bbox: str, lng: float, lat: float, inside: bool) -> None:
    assert Window.read(bbox, "5").holds(lng=lng, lat=lat) is inside
