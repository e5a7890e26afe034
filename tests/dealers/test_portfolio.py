import datetime as dt
from decimal import Decimal as D

import pytest
from django.urls import reverse

from dealers.actions.brands import SharesExceedWhole, replace_portfolio
from dealers.brands import Share, push_index, totals
from dealers.models import BrandShare
from tests.factories import DealerFactory

ON = dt.date(2026, 3, 31)


@pytest.mark.parametrize(
    ("sales_share", "fund_share", "expected"),
    [
        (D("0.4"), D("0.5"), D("1.25")),
        (D("0.4"), D("0.4"), D("1")),
        (D("0.4"), D("0"), D("0")),
        (D("0"), D("0.5"), None),
        (None, D("0.5"), None),
        (D("0.4"), None, None),
    ],
)
def test_push_index(sales_share, fund_share, expected):
    assert push_index(sales_share=sales_share, fund_share=fund_share) == expected


def test_totals_add_our_brands_up():
    found = totals(
        [
            Share("Ours", True, D("0.3"), D("0.4")),
            Share("Ours too", True, D("0.1"), None),
            Share("Theirs", False, D("0.5"), D("0.5")),
        ]
    )
    assert (found.sales, found.funds, found.ours_sales, found.ours_funds) == (D("0.9"), D("0.9"), D("0.4"), D("0.4"))
    assert found.push_index == 1


def test_totals_of_nothing():
    found = totals([])
    assert (found.sales, found.funds, found.push_index) == (0, 0, None)


def row(brand, sales=None, funds=None, **fields):
    return {
        "brand": brand,
        "category": "",
        "ours": False,
        "positioning": "",
        "sales_share": sales,
        "fund_share": funds,
        "planned_investment": None,
        **fields,
    }


def posted(*rows):
    body = {"on": ON.isoformat(), "brands-TOTAL_FORMS": str(len(rows)), "brands-INITIAL_FORMS": "0"}
    for number, values in enumerate(rows):
        body |= {f"brands-{number}-{name}": value for name, value in values.items()}
    return body


def test_a_day_is_written_as_a_whole(territories):
    dealer = DealerFactory(territory=territories["CN-EAST-1"])
    replace_portfolio(dealer=dealer, on=ON, rows=[row("A", D("0.5")), row("B", D("0.2"))])
    first = BrandShare.objects.get(brand="A")
    replace_portfolio(dealer=dealer, on=ON, rows=[row("A", D("0.5")), row("C", D("0.3"))])
    assert set(BrandShare.objects.values_list("brand", "sales_share")) == {("A", D("0.5")), ("C", D("0.3"))}
    assert BrandShare.objects.get(brand="A").pk == first.pk


def test_more_than_the_whole_is_refused_by_the_action(territories):
    dealer = DealerFactory(territory=territories["CN-EAST-1"])
    with pytest.raises(SharesExceedWhole):
        replace_portfolio(dealer=dealer, on=ON, rows=[row("A", D("0.6")), row("B", D("0.5"))])
    assert not BrandShare.objects.exists()


def test_the_form_says_which_figures_exceed_the_whole(alice, client_of, territories):
    dealer = DealerFactory(territory=territories["CN-EAST-1"])
    url = reverse("dealers:brands_edit", args=[dealer.pk])
    body = posted(
        {"brand": "Acme", "sales_share": "60", "fund_share": "30"},
        {"brand": "Haier", "sales_share": "45.5", "fund_share": "30"},
    )
    answer = client_of(alice).post(url, body)
    assert answer.status_code == 422
    assert "105.5 %: Acme 60 + Haier 45.5" in answer.content.decode()
    # Nothing typed is lost.
    assert 'value="45.5"' in answer.content.decode()
    assert not BrandShare.objects.exists()


def test_percentages_are_kept_as_shares(alice, client_of, territories):
    dealer = DealerFactory(territory=territories["CN-EAST-1"])
    url = reverse("dealers:brands_edit", args=[dealer.pk])
    answer = client_of(alice).post(
        url, posted({"brand": "Acme", "ours": "on", "sales_share": "40", "fund_share": "50.25"})
    )
    assert answer.status_code == 302
    found = BrandShare.objects.get()
    assert (found.sales_share, found.fund_share, found.ours) == (D("0.4"), D("0.5025"), True)
    page = client_of(alice).get(reverse("dealers:file", args=[dealer.pk])).content.decode()
    assert "1.26" in page


def test_a_brand_twice_is_refused(alice, client_of, territories):
    dealer = DealerFactory(territory=territories["CN-EAST-1"])
    url = reverse("dealers:brands_edit", args=[dealer.pk])
    answer = client_of(alice).post(url, posted({"brand": "Acme"}, {"brand": "acme"}))
    assert answer.status_code == 422
    assert not BrandShare.objects.exists()


# (stored when the form is opened, stored when it is sent, is it asked first): brands of the day
MEANWHILE = [
    ({"A": 30}, {"A": 30}, False),
    ({}, {}, False),
    ({"A": 30}, {"A": 31}, True),
    ({"A": 30}, {"A": 30, "B": 10}, True),
    ({"A": 30}, {}, True),
    ({}, {"A": 30}, True),
]


@pytest.mark.parametrize(("before", "meanwhile", "asked"), MEANWHILE)
def test_brands_that_another_wrote_meanwhile_are_not_replaced_unseen(
    alice, client_of, territories, before, meanwhile, asked
):
    dealer = DealerFactory(territory=territories["CN-EAST-1"])
    url = f"{reverse('dealers:brands_edit', args=[dealer.pk])}?on={ON}"

    def store(shares):
        replace_portfolio(dealer=dealer, on=ON, rows=[row(brand, D(each) / 100) for brand, each in shares.items()])

    store(before)
    client = client_of(alice)
    base = client.get(url).context["form"]["base"].value()
    store(meanwhile)
    mine = posted({"brand": "Mine", "sales_share": "20"})
    answer = client.post(url, {**mine, "base": base})
    if asked:
        assert answer.status_code == 422
        assert "Save again to put yours in their place" in answer.content.decode()
        assert "Mine" in answer.content.decode()
        assert set(BrandShare.objects.values_list("brand", flat=True)) == set(meanwhile)
        answer = client.post(url, {**mine, "base": answer.context["form"]["base"].value()})
    assert answer.status_code == 302
    assert list(BrandShare.objects.values_list("brand", "sales_share")) == [("Mine", D("0.2"))]


def test_moving_the_form_to_a_day_that_has_brands_is_asked_first(alice, client_of, territories):
    dealer = DealerFactory(territory=territories["CN-EAST-1"])
    replace_portfolio(dealer=dealer, on=ON, rows=[row("A", D("0.5"))])
    url = reverse("dealers:brands_edit", args=[dealer.pk])
    client = client_of(alice)
    base = client.get(url).context["form"]["base"].value()
    answer = client.post(url, {**posted({"brand": "Mine"}), "base": base})
    assert answer.status_code == 422
    assert BrandShare.objects.get().brand == "A"
