"""What stands around every page of one dealer: the head, the narrow column that stays, the tabs. And the form page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from accounts.rights import Right
from accounts.scope import Scope
from crm.base import prepared
from crm.base.models import Company
from crm.base.navigation import object_url
from dealers import completeness, lifecycle
from dealers.choices import DealerStatus, Tier
from dealers.models import Agreement, Contact, Dealer, Interaction, SpecialDate
from dealers.panels import PanelLink, panels_for
from dealers.team import Team, team_of
from dealers.views.access import scope, user_of

# An agreement that ends within so many days stands in the column; so does a day to remember.
EXPIRY_DAYS = 90
REMEMBER_DAYS = 60
# A dealer of tier A should be in contact with so many people of ours, within so many days.
COMPANY_CONTACTS, COMPANY_CONTACT_DAYS = 2, 365

_COUNTS = """SELECT
  (SELECT count(*) FROM dealers_dealerdocument AS d WHERE d.dealer_id = %s::bigint
      AND NOT EXISTS (SELECT FROM dealers_dealerdocument AS newer WHERE newer.supersedes_id = d.id)),
  (SELECT count(*) FROM dealers_dealer WHERE parent_id = %s::bigint AND deleted_at IS NULL)"""

_LANGUAGE_OF = {"CN": "zh-Hans", "SG": "zh-Hans", "TW": "zh-Hant", "HK": "zh-Hant", "JP": "ja", "KR": "ko"}
_STATUS_TAGS = {
    DealerStatus.PROSPECT: "tag-accent",
    DealerStatus.TRIAL: "tag-accent",
    DealerStatus.ACTIVE: "tag-green",
    DealerStatus.AT_RISK: "tag-orange",
    DealerStatus.SUSPENDED: "tag-red",
    DealerStatus.RECOVERING: "tag-yellow",
    DealerStatus.PHASE_OUT: "tag-orange",
}


@dataclass(frozen=True, slots=True)
class Occasion:
    """A day to remember and when it comes next."""

    on: dt.date
    special_date: SpecialDate
    contact: Contact


@dataclass(frozen=True, slots=True)
class Tab:
    key: str
    label: str
    url: str
    count: int | None = None


class Frame:
    """Reads what the frame of a dealer page shows; each part once, when the template asks for it."""

    def __init__(self, request: HttpRequest, dealer: Dealer, tab: str) -> None:
        self.dealer = dealer
        self.tab = tab
        self.company = Company.get()
        self.today = self.company.today()
        self.user: User = user_of(request)
        self.scope: Scope = scope(request)

    # --- rights ---

    def _may(self, right: Right) -> bool:
        return self.scope.may(right, self.dealer.territory_id)

    @cached_property
    def may_edit(self) -> bool:
        return self._may(Right.EDIT_DEALER)

    @cached_property
    def may_delete(self) -> bool:
        return self._may(Right.DELETE_DEALER)

    @cached_property
    def may_view_personal(self) -> bool:
        return self._may(Right.VIEW_PERSONAL)

    @cached_property
    def may_view_credit(self) -> bool:
        return self._may(Right.VIEW_CREDIT)

    @cached_property
    def may_edit_credit(self) -> bool:
        return self._may(Right.EDIT_CREDIT)

    @cached_property
    def may_view_audit(self) -> bool:
        return self._may(Right.VIEW_AUDIT)

    @cached_property
    def may_move_status(self) -> bool:
        if not self.may_edit:
            return False
        return bool(lifecycle.offered(self.dealer.status, is_manager=self._may(Right.MOVE_STATUS)))

    def sees(self, other: Dealer) -> bool:
        """Whether the reader sees another dealer."""
        return other.deleted_at is None and (self.scope.everything or other.territory_id in self.scope.roles)

    # --- who ---

    @property
    def lang(self) -> str:
        """The language that names and addresses there are written in, so that Han characters get the right shapes."""
        return _LANGUAGE_OF.get(self.dealer.country, "und")

    @property
    def status_tag(self) -> str:
        return _STATUS_TAGS.get(DealerStatus(self.dealer.status), "")

    @property
    def never(self) -> str:
        return pgettext("contact", "never")

    @cached_property
    def parent(self) -> Dealer | None:
        """The supplier, when the reader sees it."""
        parent = self.dealer.parent
        return parent if parent is not None and self.sees(parent) else None

    @cached_property
    def team(self) -> Team:
        """Who works the dealer's territory."""
        return team_of(self.dealer.territory, on=self.today)

    # --- people ---

    @cached_property
    def contacts(self) -> list[Contact]:
        """Those who are still there, the first to call first."""
        return list(Contact.objects.filter(dealer=self.dealer, active=True).prefetch_related("special_dates"))

    @cached_property
    def people_to_call(self) -> list[Contact]:
        return [contact for contact in self.contacts if contact.mobile or contact.phone or contact.email][:4]

    @cached_property
    def occasions(self) -> list[Occasion]:
        """The days to remember, the next one first."""
        found = [
            Occasion(on, special_date, contact)
            for contact in self.contacts
            for special_date in contact.special_dates.all()
            if (on := special_date.next_on(self.today)) is not None
        ]
        return sorted(found, key=lambda occasion: occasion.on)

    @cached_property
    def next_occasion(self) -> Occasion | None:
        first = self.occasions[0] if self.occasions else None
        return first if first and first.on - self.today <= dt.timedelta(days=REMEMBER_DAYS) else None

    @cached_property
    def hangs_on_one(self) -> str:
        """A sentence when hardly anybody of ours is in touch with a dealer of tier A; empty otherwise."""
        if self.dealer.tier != Tier.A:
            return ""
        since = self.today - dt.timedelta(days=COMPANY_CONTACT_DAYS)
        names = list(
            User.objects.filter(
                pk__in=Interaction.objects.filter(dealer=self.dealer, happened_at__date__gte=since).values("by")
            ).values_list("name", flat=True)[:COMPANY_CONTACTS]
        )
        if len(names) >= COMPANY_CONTACTS:
            return ""
        if not names:
            return _("Nobody of ours has noted a contact with this A dealer in the last 12 months.")
        return _(
            "Only %(name)s has been in contact with this A dealer in the last 12 months. Let a second colleague meet them."
        ) % {"name": names[0]}

    # --- papers ---

    @cached_property
    def expiring_agreements(self) -> list[Agreement]:
        """Agreements that end soon or have ended in the last three months without a successor of their kind."""
        around = dt.timedelta(days=EXPIRY_DAYS)
        rows = Agreement.objects.filter(
            dealer=self.dealer, ends_on__range=(self.today - around, self.today + around)
        ).order_by("ends_on")
        later = Q(ends_on__isnull=True) | Q(ends_on__gt=self.today + around)
        kinds = (
            set(Agreement.objects.filter(later, dealer=self.dealer).values_list("kind", flat=True)) if rows else set()
        )
        return [row for row in rows if row.kind not in kinds]

    # --- completeness ---

    @cached_property
    def missing(self) -> list[completeness.Item]:
        present = completeness.present_keys(self.dealer.pk, on=self.today)
        return completeness.missing_items(present, completeness.weights(self.company))

    @cached_property
    def missing_links(self) -> list[tuple[str, str]]:
        """Label and address of the field, the heaviest first."""
        return [(str(item.label), item.url(self.dealer.pk)) for item in self.missing]

    @property
    def missing_more(self) -> int:
        return max(0, len(self.missing) - 4)

    # --- tabs and panels ---

    @cached_property
    def _counts(self) -> tuple[int, int]:
        """Documents in their newest version, and dealers below."""
        ((documents, below),) = prepared.read(_COUNTS, [self.dealer.pk, self.dealer.pk])
        return documents, below

    @cached_property
    def tabs(self) -> list[Tab]:
        def url(name: str) -> str:
            return object_url(f"dealers:{name}", self.dealer.pk) or ""

        documents, below = self._counts
        return [
            Tab("story", _("Overview"), url("detail")),
            Tab("file", pgettext("dealer file", "File"), url("file")),
            Tab("contacts", _("Contacts"), url("contacts"), len(self.contacts)),
            Tab("documents", _("Documents"), url("documents"), documents),
            Tab("sub_dealers", _("Sub-dealers"), url("sub_dealers"), below),
            *(Tab(panel.key, panel.label, panel.url) for panel in panels_for(self.dealer.pk, "tab", self._may)),
        ]

    @cached_property
    def reason_panels(self) -> list[PanelLink]:
        return panels_for(self.dealer.pk, "reason", self._may)

    @cached_property
    def side_panels(self) -> list[PanelLink]:
        return panels_for(self.dealer.pk, "side", self._may)

    @cached_property
    def main_panels(self) -> list[PanelLink]:
        return panels_for(self.dealer.pk, "main", self._may)

    @cached_property
    def card_panels(self) -> dict[str, PanelLink]:
        """By the key of the cell that each fills."""
        return {panel.key: panel for panel in panels_for(self.dealer.pk, "card", self._may)}


def page(
    request: HttpRequest,
    template: str,
    dealer: Dealer,
    tab: str,
    context: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render a page of one dealer inside its frame."""
    frame = Frame(request, dealer, tab)
    return render(request, template, {"dealer": dealer, "frame": frame, **(context or {})}, status=status)


def form_page(
    request: HttpRequest,
    *,
    dealer: Dealer | None,
    form: Any,
    title: str,
    back: str,
    submit: str = "",
    intro: str = "",
    template: str = "dealers/form.html",
    **context: Any,
) -> HttpResponse:
    """The page of one form; 422 when it came back with errors. `back`: where cancelling leads."""
    status = 422 if form.is_bound and (form.errors or context.get("has_errors")) else 200
    values = {
        "dealer": dealer,
        "form": form,
        "title": title,
        "back": back,
        "submit": submit or _("Save"),
        "intro": intro,
        **context,
    }
    return render(request, template, values, status=status)
