"""Created, moved along, put into the bin, brought back; hierarchy and look-alikes."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from dealers.actions.dealers import bin_dealer, create_dealer
from dealers.actions.status import StepRefused, move_status
from dealers.choices import DealerStatus
from dealers.duplicates import find_similar
from dealers.hierarchy import SuppliesItself, ancestors, check_no_cycle, descendants
from dealers.lifecycle import Refusal
from dealers.models import Agreement, Dealer, StatusChange
from tests.factories import ContactFactory, DealerFactory

ON = dt.date(2026, 3, 1)


@pytest.fixture
def here(territories):
    return territories["CN-EAST-1"]


def new_dealer(**fields):
    return {"name": "Brand new", "kind": "RETAILER", "status": "PROSPECT", "country": "cn", "code": "", **fields}


# --- Creating ---


def test_alice_begins_a_file(here, alice, client_of):
    body = new_dealer(territory=here.pk, contact_name="Wang", phone="021 555 0100")
    answer = client_of(alice).post(reverse("dealers:new"), body)
    dealer = Dealer.objects.get()
    assert answer.headers["Location"] == dealer.get_absolute_url()
    assert (dealer.code, dealer.country, dealer.status) == ("N-000001", "CN", "PROSPECT")
    contact = dealer.contacts.get()
    assert (contact.name, contact.phone, contact.is_primary) == ("Wang", "021 555 0100", True)
    assert StatusChange.objects.get().changed_by == alice


def test_a_second_press_of_the_button_makes_no_second_dealer(here, alice, client_of):
    body = new_dealer(territory=here.pk, phone="021 555 0100")
    first = client_of(alice).post(reverse("dealers:new"), body)
    again = client_of(alice).post(reverse("dealers:new"), body)
    sure = client_of(alice).post(reverse("dealers:new"), body | {"not_a_duplicate": "on"})
    assert {first.headers["Location"], again.headers["Location"], sure.headers["Location"]} == {
        Dealer.objects.get().get_absolute_url()
    }


def test_numbers_go_on(here, alice):
    for number in (1, 2):
        values = {"name": "x", "kind": "AGENT", "country": "CN", "territory": here, "status": "PROSPECT", "code": ""}
        dealer = create_dealer(values=values, contact_name="", by=alice, at=timezone.now())
        assert dealer.code == f"N-{number:06}"


def test_only_her_own_territories_are_offered(here, territories, alice, client_of):
    answer = client_of(alice).get(reverse("dealers:new"))
    assert list(answer.context["form"].fields["territory"].queryset) == [here]
    body = new_dealer(territory=territories["JP-KANTO-1"].pk)
    refused = client_of(alice).post(reverse("dealers:new"), body)
    assert refused.status_code == 422
    assert not Dealer.objects.exists()


def test_a_patch_is_an_end_of_the_tree(bob, client_of, territories):
    answer = client_of(bob).get(reverse("dealers:new"))
    assert {patch.code for patch in answer.context["form"].fields["territory"].queryset} == {"CN-EAST-1", "CN-EAST-2"}


# --- Look-alikes ---


@pytest.mark.parametrize(
    ("name", "phone", "address", "found"),
    [
        ("上海华东电器", "", "", True),
        ("上海华东电器有限公司", "", "", True),
        ("北京南方家具商行", "", "", False),
        ("Something else", "021-6322 8899", "", True),
        ("Something else", "+86 21 6322 8899", "", True),
        ("Something else", "021-6322 8800", "", False),
        ("华东电器商行", "", "南京东路 299 号", True),
        ("x", "12", "", False),
    ],
)
def test_similar_dealers_are_found(here, alice, name, phone, address, found):
    DealerFactory(territory=here, name="上海华东电器有限公司", phone="+86 21 6322 8899", address="南京东路 299 号")
    assert bool(find_similar(reader=alice, name=name, phone=phone, address=address)) is found


def test_twins_are_sought_by_what_a_dealer_is_called_now(here, alice):
    first, second = Dealer.objects.bulk_create([DealerFactory.build(territory=here, name=n) for n in ("Ab", "Cd")])
    Dealer.objects.filter(pk=second.pk).update(name="Yamada Trading", address="1 Harbour Road")
    Dealer.objects.filter(pk=first.pk).update(tier="A")
    (found,) = find_similar(reader=alice, name="Yamada Tradings").seen
    assert found.dealer == second
    (found,) = find_similar(reader=alice, name="Yamato", address="1 Harbour Road").seen
    assert found.by_address
    bin_dealer(dealer_id=second.pk, by=alice, at=timezone.now())
    assert not find_similar(reader=alice, name="Yamada Trading")


def test_one_elsewhere_is_counted_never_named(territories, alice, client_of):
    DealerFactory(territory=territories["JP-KANTO-1"], name="Yamada Trading", code="JP-77")
    findings = find_similar(reader=alice, name="Yamada Trading")
    assert (findings.seen, findings.elsewhere) == ([], 1)
    text = client_of(alice).get(reverse("dealers:similar"), {"name": "Yamada Trading"}).content.decode()
    assert "1 similar dealer in a territory that you do not see" in text
    assert "JP-77" not in text


def test_a_look_alike_is_asked_about_first_and_nothing_is_lost(here, alice, client_of):
    DealerFactory(territory=here, name="Brand new")
    body = new_dealer(territory=here.pk, address="Long road 5")
    answer = client_of(alice).post(reverse("dealers:new"), body)
    text = answer.content.decode()
    assert "Is it one of these?" in text
    assert 'value="Long road 5"' in text
    assert Dealer.objects.count() == 1
    assert client_of(alice).post(reverse("dealers:new"), {**body, "not_a_duplicate": "on"}).status_code == 302
    assert Dealer.objects.count() == 2


# --- Status ---


def move(dealer, to, by, reason="because"):
    return move_status(dealer_id=dealer.pk, to_status=to, reason=reason, by=by, at=timezone.now(), on=ON)


def test_a_step_is_kept_with_its_reason(here, alice):
    dealer = DealerFactory(territory=here, status="ACTIVE")
    move(dealer, "AT_RISK", alice, reason="Sales fell by half")
    dealer.refresh_from_db()
    change = StatusChange.objects.get()
    assert dealer.status == "AT_RISK"
    assert (change.from_status, change.to_status, change.reason, change.changed_by) == (
        "ACTIVE", "AT_RISK", "Sales fell by half", alice,
    )  # fmt: skip


def test_alice_cannot_suspend(here, alice):
    dealer = DealerFactory(territory=here, status="ACTIVE")
    with pytest.raises(StepRefused) as refused:
        move(dealer, "SUSPENDED", alice)
    assert refused.value.verdict.refusal is Refusal.NEEDS_MANAGER
    dealer.refresh_from_db()
    assert dealer.status == "ACTIVE"


def test_activation_needs_a_contract_or_the_director(here, bob, dora):
    dealer = DealerFactory(territory=here, status="TRIAL")
    ContactFactory(dealer=dealer, mobile="1")
    with pytest.raises(StepRefused):
        move(dealer, "ACTIVE", bob)
    move(dealer, "ACTIVE", dora, reason="The contract is at the lawyer's")
    dealer.refresh_from_db()
    assert dealer.status == "ACTIVE"


def test_activation_with_everything(here, bob):
    dealer = DealerFactory(territory=here, status="TRIAL")
    ContactFactory(dealer=dealer, mobile="1")
    Agreement.objects.create(dealer=dealer, kind="DEALER_CONTRACT", starts_on=ON)
    move(dealer, "ACTIVE", bob, reason="")


def test_terminating_with_debts_says_how_much(here, bob, client_of):
    dealer = DealerFactory(territory=here, status="PHASE_OUT", balance=Decimal("120.50"))
    url = reverse("dealers:status", args=[dealer.pk])
    answer = client_of(bob).post(url, {"to_status": "TERMINATED", "reason": "closed"})
    assert answer.status_code == 422
    assert "120.50 is still to be paid." in answer.content.decode()
    assert "Only the sales director" in answer.content.decode()


# --- Bin ---


def test_into_the_bin_and_back_whole(here, bob, client_of):
    dealer = DealerFactory(territory=here, name="Rise")
    ContactFactory(dealer=dealer, name="Wang")
    child = DealerFactory(territory=here, parent=dealer)
    client = client_of(bob)
    answer = client.post(reverse("dealers:delete", args=[dealer.pk]), follow=True)
    text = answer.content.decode()
    assert "Rise is in the bin. 1 dealer that it supplies stays." in text
    assert reverse("dealers:restore", args=[dealer.pk]) in text
    assert client.get(dealer.get_absolute_url()).status_code == 404
    assert client.get(child.get_absolute_url()).status_code == 200
    assert "Rise" in client.get(reverse("dealers:bin")).content.decode()
    client.post(reverse("dealers:restore", args=[dealer.pk]))
    page = client.get(reverse("dealers:contacts", args=[dealer.pk]))
    assert page.status_code == 200
    assert "Wang" in page.content.decode()
    child.refresh_from_db()
    assert child.parent == dealer


def test_alice_may_not_delete(here, alice, client_of):
    dealer = DealerFactory(territory=here)
    assert client_of(alice).post(reverse("dealers:delete", args=[dealer.pk])).status_code == 403


def test_undo_goes_nowhere_else(here, bob, client_of):
    dealer = DealerFactory(territory=here, deleted_at=timezone.now())
    answer = client_of(bob).post(reverse("dealers:restore", args=[dealer.pk]), {"next": "https://example.com/"})
    assert answer.headers["Location"] == dealer.get_absolute_url()


# --- Hierarchy ---


@pytest.fixture
def chain(here):
    """Four dealers, each supplied by the one before."""
    dealers = []
    for number in range(4):
        dealers.append(DealerFactory(territory=here, name=f"Level {number}", parent=dealers[-1] if dealers else None))
    return dealers


def test_up_and_down(chain):
    assert [name for _pk, name in ancestors(chain[3].pk)] == ["Level 2", "Level 1", "Level 0"]
    assert descendants(chain[0].pk) == [(chain[1].pk, 1), (chain[2].pk, 2), (chain[3].pk, 3)]


def test_what_hangs_below_the_bin_is_still_below(chain):
    Dealer.objects.filter(pk=chain[1].pk).update(deleted_at=timezone.now())
    assert descendants(chain[0].pk) == [(chain[2].pk, 2), (chain[3].pk, 3)]


def test_no_circle(chain):
    with pytest.raises(SuppliesItself, match="Level 0 ← Level 3 ← Level 2 ← Level 1 ← Level 0"):
        check_no_cycle(dealer=chain[0], parent=chain[3])
    with pytest.raises(SuppliesItself):
        check_no_cycle(dealer=chain[0], parent=chain[0])
    check_no_cycle(dealer=chain[3], parent=chain[0])


def test_rows_that_came_in_as_a_circle_end(chain):
    Dealer.objects.filter(pk=chain[0].pk).update(parent=chain[3])
    assert {pk for pk, _name in ancestors(chain[0].pk)} >= {chain[1].pk, chain[2].pk, chain[3].pk}
    assert {pk for pk, _depth in descendants(chain[0].pk)} >= {chain[1].pk, chain[2].pk, chain[3].pk}


def test_the_form_refuses_a_circle_with_the_chain(chain, alice, client_of):
    body = {
        "name": "Level 0", "code": chain[0].code, "kind": "AGENT", "country": "CN", "territory": chain[0].territory_id,
        "parent_code": chain[3].code, "base": "",
    }  # fmt: skip
    answer = client_of(alice).post(reverse("dealers:edit", args=[chain[0].pk]), body)
    assert answer.status_code == 422
    assert "That would be a circle" in answer.content.decode()


def test_a_supplier_elsewhere_is_not_named(here, territories, alice, client_of):
    parent = DealerFactory(territory=territories["JP-KANTO-1"], name="Hidden parent")
    child = DealerFactory(territory=here, parent=parent)
    text = client_of(alice).get(child.get_absolute_url()).content.decode()
    assert "Hidden parent" not in text
    assert "a dealer outside your territories" in text


def test_sub_dealers_of_any_depth_with_a_map(chain, alice, client_of, territories):
    Dealer.objects.filter(pk=chain[2].pk).update(latitude=31, longitude=121)
    DealerFactory(territory=territories["JP-KANTO-1"], parent=chain[3], name="Hidden child")
    client = client_of(alice)
    answer = client.get(reverse("dealers:sub_dealers", args=[chain[0].pk]))
    assert [(row.name, depth) for row, depth, _step in answer.context["below"]] == [
        ("Level 1", 1), ("Level 2", 2), ("Level 3", 3),
    ]  # fmt: skip
    assert answer.context["hidden"] == 1
    points = client.get(reverse("dealers:sub_dealers_map", args=[chain[0].pk])).json()
    assert [point["properties"]["name"] for point in points["features"]] == ["Level 2"]


def test_status_page_offers_bob_his_steps(here, bob, client_of):
    dealer = DealerFactory(territory=here, status=DealerStatus.ACTIVE)
    form = client_of(bob).get(reverse("dealers:status", args=[dealer.pk])).context["form"]
    assert [value for value, _label in form.fields["to_status"].choices] == ["AT_RISK", "SUSPENDED", "PHASE_OUT"]
