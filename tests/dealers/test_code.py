"""The dealer's code is the key to the ERP."""

from django.urls import reverse

from tests.factories import DealerFactory


def _renamed(client, dealer):
    page = client.get(reverse("dealers:edit", args=[dealer.pk]))
    form = page.context["form"]
    body = {name: value for name in form.fields if (value := form[name].value()) not in (None, "")}
    body |= {"base": form["base"].value(), "code": "HACK", "name": "New name"}
    answer = client.post(reverse("dealers:edit", args=[dealer.pk]), body)
    dealer.refresh_from_db()
    return answer.status_code, dealer.name, dealer.code


def test_a_representative_does_not_change_it(territories, alice, client_of) -> None:
    dealer = DealerFactory(territory=territories["CN-EAST-1"], code="AW1")
    assert _renamed(client_of(alice), dealer) == (302, "New name", "AW1")


def test_who_imports_may(territories, dora, client_of) -> None:
    dealer = DealerFactory(territory=territories["CN-EAST-1"], code="AW1")
    assert _renamed(client_of(dora), dealer) == (302, "New name", "HACK")
