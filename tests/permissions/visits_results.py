"""What managers read of visits: in the territories where they may look at the team's work."""

from __future__ import annotations

import datetime as dt

from accounts.models import Territory
from tests.factories import DealerFactory
from tests.permissions import Row
from tests.permissions.visits import FAR, LEADS
from tests.visits.factories import made_visit
from visits.models import Visit


def executive_visit(place: Territory) -> Visit:
    return made_visit(dealer=DealerFactory(territory=place), kind="EXECUTIVE")


THINGS = {"executive_visit": executive_visit}

# Files are taken out by POST.
FILE = {"format": "CSV"}

ROWS = {
    "visits:results": Row(get=LEADS, post=LEADS, body=FILE, post_status=200),
    "visits:behind": Row(get=LEADS, post=LEADS, body=FILE, post_status=200),
    "visits:covered": Row(get=LEADS, post=LEADS, body=FILE, post_status=200),
    "visits:issues": Row(get=LEADS, post=LEADS, body=FILE, post_status=200),
    "visits:time": Row(get=LEADS, post=LEADS, body=FILE, post_status=200),
    "visits:closeness": Row(get=LEADS, post=LEADS, body=FILE, post_status=200),
    "visits:survey": Row(get=LEADS, post=LEADS, body=FILE, post_status=200),
    "visits:days": Row(get=LEADS),
    "visits:results_map": Row(get=LEADS),
    "visits:results_points": Row(get=LEADS),
    "visits:leaders": Row(get=LEADS, post=LEADS, body=FILE, post_status=200),
    "visits:leader_coverage": Row(get=LEADS, post=LEADS, body=FILE, post_status=200),
    "visits:promises": Row(get=LEADS, post=LEADS, body=FILE, post_status=200),
    "visits:day_sheet": Row(get=LEADS, args=("worker", dt.date.fromisoformat(FAR))),
    "visits:day_collections": Row(get=LEADS, args=("worker", dt.date.fromisoformat(FAR))),
    "visits:performance": Row(get=LEADS, post=LEADS, args=("worker",), body=FILE, post_status=200),
    "visits:collection": Row(get="alice bob charlie dora fay ada", args=("visited_dealer",)),
    "visits:leader_report": Row(
        get=LEADS, post=LEADS, args=("executive_visit",), body={"barriers": "Deliveries are late"}
    ),
}
