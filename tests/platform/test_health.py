"""The addresses that machines ask."""

from django.test import Client


def test_live_answers_without_a_database(client: Client) -> None:
    answer = client.get("/health/live")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}
