"""What a browser or a proxy may keep of a page."""

from tests.factories import DealerFactory


def test_pages_of_somebody_signed_in_are_hers_alone(territories, bob, client_of) -> None:
    DealerFactory(territory=territories["CN-EAST-1"])
    client = client_of(bob)
    assert client.get("/dealers/").headers["Cache-Control"] == "private, no-cache"
    assert client.post("/dealers/export/", {"format": "CSV"}).headers["Cache-Control"] == "private, no-store"
