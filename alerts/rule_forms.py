"""The terms of a rule as a form: limits in the unit of each measure, and what would be right where something is not."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.choices import Role
from accounts.models import Territory
from alerts.choices import OwnedBy, Severity
from alerts.kinds.kind import Kind, Measure, Parameter, Turn, Unit
from alerts.models import AlertRule, RuleVersion
from alerts.publishing import first_free_day
from alerts.reasons import figure_text
from alerts.rulebook import places
from alerts.terms import LEVELS, read_limits
from crm.base.text import labelled
from dealers.choices import DealerKind, Tier
from dealers.forms.layout import NearDayField

NO_TIER = "-"
_MOST = Decimal(999_999)
_HOURS = {"yellow": "acknowledge_hours_yellow", "orange": "acknowledge_hours_orange", "red": "acknowledge_hours_red"}
_COUNTS = ("cause_days", "yellow_days", "red_days", "recovery_days")


class ShareField(forms.DecimalField):
    """Typed in per cent, kept as a share; more than 100 % is possible."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=10_000, max_digits=7, decimal_places=2, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return format((value * 100).normalize(), "f") if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Any:
        percent = super().clean(value)
        return None if percent is None else percent / 100

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


def field_for(unit: Unit, label: str, *, required: bool) -> forms.DecimalField:
    """A field for a number of the unit."""
    attrs = {"class": "form-control", "aria-label": label, "step": "any", "inputmode": "decimal"}
    widget = forms.NumberInput(attrs=attrs)
    if unit is Unit.SHARE:
        return ShareField(label=label, required=required, widget=widget)
    digits = 0 if unit in (Unit.DAYS, Unit.COUNT) else 2
    return forms.DecimalField(
        label=label, required=required, widget=widget, min_value=-_MOST, max_value=_MOST, max_digits=8,
        decimal_places=digits,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A measure with the fields of its limits, for the page."""

    measure: Measure
    unit: str
    direction: str
    usual: str
    fields: list[forms.BoundField]


class TermsForm(forms.Form):
    """What a version says. `rule` is None while its scope is not chosen yet."""

    active_from = NearDayField(label=gettext_lazy("counts from"))
    on = forms.BooleanField(label=gettext_lazy("switched on"), required=False)
    owned_by = forms.ChoiceField(
        label=gettext_lazy("belongs to"), choices=OwnedBy.choices,
        help_text=gettext_lazy("Who holds this role nearest to the dealer; where nobody does, the manager, then the director."),
    )  # fmt: skip
    watchers = forms.MultipleChoiceField(
        label=gettext_lazy("watched by"), choices=Role.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    margin = ShareField(
        label=gettext_lazy("margin before a level is left (%)"),
        help_text=gettext_lazy("How far a figure must come back behind its limit, so that it does not open and close a case each night."),
    )  # fmt: skip
    acknowledge_hours_yellow = forms.IntegerField(label=gettext_lazy("yellow (hours)"), min_value=1, max_value=720)
    acknowledge_hours_orange = forms.IntegerField(label=gettext_lazy("orange (hours)"), min_value=1, max_value=720)
    acknowledge_hours_red = forms.IntegerField(label=gettext_lazy("red (hours)"), min_value=1, max_value=720)
    cause_days = forms.IntegerField(label=gettext_lazy("cause found within (working days)"), max_value=365, min_value=0)
    yellow_days = forms.IntegerField(
        label=gettext_lazy("yellow becomes orange after (days)"), max_value=365, min_value=0
    )
    red_days = forms.IntegerField(label=gettext_lazy("red goes one level up after (days)"), max_value=365, min_value=0)
    recovery_days = forms.IntegerField(
        label=gettext_lazy("a resolved case is verified after (days)"), max_value=365, min_value=0,
        help_text=gettext_lazy("Then the figure is checked again: within its limits the case ends, beyond them it opens again."),
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("what changed and why"), max_length=300, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(
        self, data: Any = None, *, kind: Kind, version: RuleVersion, rule: AlertRule | None, on: dt.date
    ) -> None:
        self.kind, self.version, self.rule, self.today = kind, version, rule, on
        super().__init__(data, initial=_initial(version, kind))
        for measure in kind.measures:
            for severity, level in zip(Severity, LEVELS, strict=True):
                label = labelled(str(measure.label), severity.label)
                self.fields[limit_name(measure, level)] = field_for(measure.unit, capfirst(label), required=False)
        for parameter in kind.parameters:
            label = capfirst(str(parameter.label))
            self.fields[parameter_name(parameter)] = field_for(parameter.unit, label, required=True)

    @property
    def measure_rows(self) -> list[MeasureRow]:
        return [
            MeasureRow(
                measure, unit_text(measure.unit), direction_text(measure), _usual(measure),
                [self[limit_name(measure, level)] for level in LEVELS],
            )
            for measure in self.kind.measures
        ]  # fmt: skip

    @property
    def parameter_fields(self) -> list[tuple[forms.BoundField, str]]:
        return [(self[parameter_name(each)], unit_text(each.unit)) for each in self.kind.parameters]

    def clean_active_from(self) -> dt.date:
        day: dt.date = self.cleaned_data["active_from"]
        free = first_free_day(self.rule, max(day, self.today), but=self.version) if self.rule else max(day, self.today)
        if day < self.today:
            text = _("A version counts from today or from a later day; the first possible day is %(day)s.")
            raise forms.ValidationError(text % {"day": date_format(free, "SHORT_DATE_FORMAT")})
        if free != day:
            text = _("Another version counts from that day; the next free day is %(day)s.")
            raise forms.ValidationError(text % {"day": date_format(free, "SHORT_DATE_FORMAT")})
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for measure in self.kind.measures:
            self._check_order(measure, cleaned)
        unread = any(limit_name(measure, level) in self.errors for measure in self.kind.measures for level in LEVELS)
        nothing = all(
            cleaned.get(limit_name(measure, level)) is None for measure in self.kind.measures for level in LEVELS
        )
        if self.kind.measures and nothing and not unread and cleaned.get("on"):
            self.add_error(
                None, _("Without any limit nothing is watched: give one limit at least, or switch the rule off.")
            )
        return cleaned

    def _check_order(self, measure: Measure, cleaned: dict[str, Any]) -> None:
        """Each limit at least as far as the milder one before it."""
        milder: tuple[Severity, Decimal] | None = None
        for number, level in enumerate(LEVELS, 1):
            limit = cleaned.get(limit_name(measure, level))
            if limit is None:
                continue
            if milder is not None and (limit < milder[1] if measure.turn.rises else limit > milder[1]):
                text = (
                    _("%(milder)s begins at %(limit)s: write %(limit)s or more here.")
                    if measure.turn.rises
                    else _("%(milder)s begins at %(limit)s: write %(limit)s or less here.")
                )
                values = {"milder": capfirst(str(milder[0].label)), "limit": figure_text(measure, milder[1])}
                self.add_error(limit_name(measure, level), text % values)
                continue
            milder = Severity(number), limit

    def filled(self, rule: AlertRule) -> RuleVersion:
        """The version with what was typed, not saved."""
        version, cleaned = self.version, self.cleaned_data
        version.rule = rule
        version.thresholds = {
            measure.key: {level: _text(cleaned.get(limit_name(measure, level))) for level in LEVELS}
            for measure in self.kind.measures
        }
        version.parameters = {each.key: str(cleaned[parameter_name(each)]) for each in self.kind.parameters}
        for name in ("active_from", "on", "owned_by", "watchers", "margin", "note", *_HOURS.values(), *_COUNTS):
            setattr(version, name, cleaned[name])
        return version


class ScopeForm(forms.Form):
    """For whom a new rule counts. Afterwards that never changes."""

    territory = forms.ModelChoiceField(
        label=gettext_lazy("sales territory"), queryset=Territory.objects.none(), required=False,
        empty_label=gettext_lazy("everywhere"), help_text=gettext_lazy("A country, a region or a patch, with all below it."),
    )  # fmt: skip
    countries = forms.MultipleChoiceField(
        label=gettext_lazy("countries"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: all. A dealer is in the country of its sales territory."),
    )  # fmt: skip
    dealer_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("kinds of dealers"), choices=DealerKind.choices, required=False,
        widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("None ticked: all"),
    )  # fmt: skip
    tiers = forms.MultipleChoiceField(
        label=gettext_lazy("tiers"), choices=[*Tier.choices, (NO_TIER, gettext_lazy("without a tier"))], required=False,
        widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("None ticked: all"),
    )  # fmt: skip

    def __init__(self, *args: Any, kind: Kind, territories: Any, may_everywhere: bool, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(*args, **kwargs)
        field: Any = self.fields["territory"]
        field.queryset = territories
        field.label_from_instance = _indented
        self._places = places()
        there = sorted({place.country for place in self._places.values() if place.country})
        countries: Any = self.fields["countries"]
        countries.choices = [(country, country) for country in there]
        if not may_everywhere:
            field.required, field.empty_label = True, _("Choose")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        self._check_place(cleaned["territory"], cleaned["countries"])
        there = AlertRule.objects.filter(
            kind=self.kind.code, territory=cleaned["territory"], countries=sorted(cleaned["countries"]),
            dealer_kinds=sorted(cleaned["dealer_kinds"]), tiers=self.tier_codes,
        ).first()  # fmt: skip
        if there is not None:
            self.there = there
            raise forms.ValidationError(
                _("There is a rule for exactly these dealers: change that one, or narrow the scope.")
            )
        return cleaned

    def _check_place(self, territory: Territory | None, countries: list[str]) -> None:
        """A territory and a country that it does not lie in hold nobody."""
        lies_in = self._places[territory.pk].country if territory else ""
        if countries and lies_in and lies_in not in countries:
            text = _("The territory lies in %(country)s: tick that country, or none.")
            raise forms.ValidationError(text % {"country": lies_in})

    # The rule that is there already, after a refusal.
    there: AlertRule | None = None

    @property
    def tier_codes(self) -> list[str]:
        return sorted("" if tier == NO_TIER else tier for tier in self.cleaned_data["tiers"])


class QuietForm(forms.Form):
    starts_on = NearDayField(label=gettext_lazy("from"))
    ends_on = NearDayField(label=gettext_lazy("until"), help_text=gettext_lazy("The first day that no longer counts"))
    reason = forms.CharField(label=gettext_lazy("reason"), max_length=200)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, end = cleaned.get("starts_on"), cleaned.get("ends_on")
        if start and end and end <= start:
            first = date_format(start + dt.timedelta(days=1), "SHORT_DATE_FORMAT")
            self.add_error("ends_on", _("The end must come after the beginning: %(day)s or later.") % {"day": first})
        return cleaned


def limit_name(measure: Measure, level: str) -> str:
    return f"limit-{measure.key}-{level}"


def parameter_name(parameter: Parameter) -> str:
    return f"parameter-{parameter.key}"


def unit_text(unit: Unit) -> str:
    """What stands behind a field."""
    return {
        Unit.SHARE: "%",
        Unit.TIMES: _("times"),
        Unit.DAYS: _("days"),
        Unit.COUNT: "",
        Unit.POINTS: _("points"),
    }[unit]


def direction_text(measure: Measure) -> str:
    """How the figure is held against its limits."""
    return {
        Turn.AT_LEAST: _("A level begins at its limit; more is worse."),
        Turn.ABOVE: _("A level begins above its limit; more is worse."),
        Turn.AT_MOST: _("A level begins at its limit; less is worse."),
        Turn.BELOW: _("A level begins below its limit; less is worse."),
    }[measure.turn]


def _initial(version: RuleVersion, kind: Kind) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: getattr(version, name)
        for name in ("active_from", "on", "owned_by", "watchers", "note", *_HOURS.values(), *_COUNTS)
    }
    values["margin"] = Decimal(version.margin)
    for measure in kind.measures:
        for level, limit in zip(LEVELS, read_limits(version.thresholds.get(measure.key)), strict=True):
            values[limit_name(measure, level)] = limit
    for parameter in kind.parameters:
        values[parameter_name(parameter)] = Decimal(str(version.parameters.get(parameter.key, parameter.default)))
    return values


def _usual(measure: Measure) -> str:
    """The limits of the trade: `16 days · 31 days`, a dash for a level that is never reached."""
    return " · ".join(figure_text(measure, limit) for limit in measure.limits)


def _text(limit: Decimal | None) -> str | None:
    return None if limit is None else format(limit.normalize(), "f")


def _indented(territory: Territory) -> str:
    return "\u2003" * territory.depth + str(territory)
