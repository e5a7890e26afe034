"""The pages for the field: for those who log visits."""

from __future__ import annotations

from tests.permissions import EVERYBODY, Row

LOGS = "alice bob charlie dora ada"

ROWS = {
    "phone:shell": Row(get=LOGS),
    "phone:data": Row(get=LOGS, pages=False, headers={"Accept": "application/json"}),
    "phone:dealers": Row(get=LOGS, pages=False, headers={"Accept": "application/json"}, lists=("dealer",)),
    "phone:briefs": Row(get=LOGS, pages=False, headers={"Accept": "application/json"}),
    "phone:ping": Row(get=LOGS, pages=False, headers={"Accept": "application/json"}),
    # An empty message is refused as one; tests/visits/phone looks at those that are not empty.
    "phone:outbox": Row(post=LOGS, post_status=422, pages=False, headers={"Accept": "application/json"}),
    "phone:photo": Row(post=LOGS, post_status=422, pages=False, headers={"Accept": "application/json"}),
    "phone:leave": Row(post=EVERYBODY),
    "phone:worker": Row(get=EVERYBODY, public=True),
    "phone:manifest": Row(get=EVERYBODY, public=True),
}
