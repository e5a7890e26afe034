import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from time import monotonic
from urllib.parse import parse_qs, urlsplit

import pytest

from visits.routing import distance
from visits.routing.distance import (
    ROAD_SERVICE_FAILED,
    TABLE_PLACES,
    Place,
    as_the_crow_drives,
    great_circle_km,
    travel_between,
)

TOKYO, OSAKA = Place(35.6812, 139.7671), Place(34.7025, 135.4959)


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        (TOKYO, OSAKA, 402.9),
        (Place(0, 0), Place(0, 90), 10007.6),
        (Place(0, 179.5), Place(0, -179.5), 111.2),
        (Place(90, 0), Place(-90, 0), 20015.1),
        (TOKYO, TOKYO, 0.0),
    ],
)
def test_great_circles(one, other, km):
    assert great_circle_km(one, other) == pytest.approx(km, abs=0.5)


def test_roads_are_longer_and_have_a_speed():
    travel = as_the_crow_drives([TOKYO, OSAKA], road_factor=1.5, speed_kmh=60)
    assert travel.km[0][1] == pytest.approx(1.5 * great_circle_km(TOKYO, OSAKA))
    assert travel.minutes[0][1] == travel.minutes[1][0] == pytest.approx(travel.km[0][1])
    assert (travel.minutes[0][0], travel.notice) == (0.0, "")


@pytest.mark.parametrize(("factor", "speed"), [(0.9, 40), (1.3, 0)])
def test_roads_that_cannot_be(factor, speed):
    with pytest.raises(ValueError, match="Roads"):
        as_the_crow_drives([TOKYO], road_factor=factor, speed_kmh=speed)


class RoadServer(BaseHTTPRequestHandler):
    """Answers tables as OSRM does: a second per unit of longitude and two metres, one way twice as long."""

    answer = "right"
    asked: list[int] = []
    let_go = threading.Event()

    def do_GET(self) -> None:
        path = urlsplit(self.path)
        places = [tuple(map(float, place.split(","))) for place in path.path.rpartition("/")[2].split(";")]
        RoadServer.asked.append(len(places))
        query = parse_qs(path.query)
        rows, columns = ([int(k) for k in query[name][0].split(";")] for name in ("sources", "destinations"))
        gap = [[places[to][0] - places[at][0] for to in columns] for at in rows]
        seconds = [[60 * (2 * cell if cell > 0 else -cell) for cell in row] for row in gap]
        table = {"code": "Ok", "durations": seconds, "distances": [[2000 * abs(cell) for cell in row] for row in gap]}
        if self.answer == "hole":
            table["durations"][0][-1] = None
        if self.answer == "no distances":
            del table["distances"]
        if self.answer == "code":
            table["code"] = "TooBig"
        body = {"garbled": b"<html>", "a list": b"[]", "too deep": b"[" * 100_000}.get(
            self.answer, json.dumps(table).encode()
        )
        if self.answer == "nothing at all":
            RoadServer.let_go.wait(5)
            return
        if self.answer == "cut short":
            self.send_response(200)
            self.send_header("Content-Length", str(len(body) + 9))
        else:
            self.send_response(500 if self.answer == "error" else 200)
        self.end_headers()
        if self.answer == "a trickle":
            for _piece in range(50):
                self.wfile.write(b" ")
                self.wfile.flush()
                if RoadServer.let_go.wait(0.05):
                    return
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def road_service() -> Iterator[str]:
    RoadServer.answer, RoadServer.asked = "right", []
    RoadServer.let_go.clear()
    with HTTPServer(("127.0.0.1", 0), RoadServer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        RoadServer.let_go.set()
        server.shutdown()
        thread.join()


def test_times_by_road(road_service):
    places = [Place(0, longitude) for longitude in (0, 1, 3)]
    travel = travel_between(places, road_factor=1.3, speed_kmh=40, road_service=road_service)
    assert travel.minutes == ((0, 2, 6), (1, 0, 4), (3, 2, 0))
    assert travel.km == ((0, 2, 6), (2, 0, 4), (6, 4, 0))
    assert travel.notice == ""


def test_more_places_than_a_table_takes(road_service):
    places = [Place(0, k / 10) for k in range(TABLE_PLACES + 2)]
    travel = travel_between(places, road_factor=1.3, speed_kmh=40, road_service=road_service)
    assert travel.minutes[0][-1] == pytest.approx(2 * places[-1].longitude)
    assert travel.minutes[-1][0] == pytest.approx(places[-1].longitude)
    assert max(RoadServer.asked) <= 2 * TABLE_PLACES


@pytest.mark.parametrize(
    "answer", ["hole", "no distances", "code", "garbled", "a list", "too deep", "cut short", "error"]
)
def test_what_the_road_service_gets_wrong_falls_back_with_a_notice(road_service, answer):
    RoadServer.answer = answer
    places = [Place(0, 0), Place(0, 1)]
    travel = travel_between(places, road_factor=1.0, speed_kmh=60, road_service=road_service)
    assert travel.notice == ROAD_SERVICE_FAILED
    assert travel.minutes[0][1] == pytest.approx(111.2, abs=0.1)


@pytest.mark.parametrize("answer", ["nothing at all", "a trickle"])
def test_a_road_service_that_takes_its_time_is_not_waited_for(road_service, monkeypatch, answer):
    RoadServer.answer = answer
    monkeypatch.setattr(distance, "ANSWER_WITHIN_S", 0.3)
    began = monotonic()
    travel = travel_between([TOKYO, OSAKA], road_factor=1.3, speed_kmh=40, road_service=road_service)
    assert travel.notice == ROAD_SERVICE_FAILED
    assert monotonic() - began < 2


def test_many_tables_that_are_slow_each_end_together(road_service, monkeypatch):
    monkeypatch.setattr(distance, "ALL_WITHIN_S", 0.0)
    travel = travel_between([TOKYO, OSAKA], road_factor=1.3, speed_kmh=40, road_service=road_service)
    assert travel.notice == ROAD_SERVICE_FAILED


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "file:///etc/passwd", "osrm"])
def test_no_road_service_falls_back_with_a_notice(address):
    travel = travel_between([TOKYO, OSAKA], road_factor=1.3, speed_kmh=40, road_service=address)
    assert travel.notice == ROAD_SERVICE_FAILED
    assert travel.km[0][1] > 400
