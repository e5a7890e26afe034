"""What belongs in a dealer's file can be typed into it."""

import pytest
from django import forms

from dealers import personal
from dealers.choices import MoneyBand
from dealers.forms.business import BrandForm, BusinessStatusForm, CreditForm
from dealers.forms.days import SpecialDateForm
from dealers.forms.dealer import DealerForm
from dealers.forms.people import ContactForm
from dealers.forms.person import BasicInfoForm, ObservationForm, TraitsForm
from dealers.models import BasicInfo


@pytest.mark.parametrize(
    ("form", "names"),
    [
        (BasicInfoForm, {"owner_name", *BasicInfo.PERSONAL}),
        (TraitsForm, {"character_notes", "integrity", "working_style", "management_checks", "management_level_reason"}),
        (ObservationForm, {"observed_on", "text"}),
        (BusinessStatusForm, {"registered_capital", "working_capital", "capital_strength"}),
        (
            BusinessStatusForm,
            {"cost_budget", "cost_actual", "cost_control", "gross_profit_with_us", "investment_in_us"},
        ),
        (BusinessStatusForm, {"stock_remark", "credit_remark", "scope_remark", "vehicles", "sales_staff"}),
        (BrandForm, {"brand", "ours", "positioning", "sales_share", "fund_share", "planned_investment"}),
        (CreditForm, {"credit_limit", "credit_term_days", "rating", "deposit", "on_hold", "hold_reason", "review_on"}),
        (DealerForm, {"kind", "business_scope", "lead_source", "customer_since", "verified_on"}),
        (ContactForm, {"position", "role", "influence", "attitude", "interests", "is_primary"}),
        (ContactForm, {"preferred_channel", "preferred_every_days", "preferred_time"}),
        (SpecialDateForm, {"kind", "lunar", "leap_month", "month", "day", "year", "remind_days_before"}),
    ],
)
def test_can_be_typed_in(form: type[forms.BaseForm], names: set[str]) -> None:
    assert names - set(form.base_fields) == set()


@pytest.mark.parametrize(
    "name",
    [
        "family_background", "occupation", "career_history", "personality", "preferences", "annual_income_band",
        "personal_funds_band", "education_level",
    ],
)  # fmt: skip
def test_is_kept_as_personal(name: str) -> None:
    assert name in BasicInfo.PERSONAL
    assert name in personal.LABELS


@pytest.mark.parametrize("name", ["annual_income_band", "personal_funds_band"])
def test_money_of_a_person_is_kept_in_bands(name: str) -> None:
    assert list(BasicInfo._meta.get_field(name).choices) == MoneyBand.choices
