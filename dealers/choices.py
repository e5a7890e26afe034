from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DealerKind(models.TextChoices):
    AGENT = "AGENT", _("agent")
    FRANCHISEE = "FRANCHISEE", _("franchisee")
    DISTRIBUTOR = "DISTRIBUTOR", _("distributor")
    WHOLESALER = "WHOLESALER", _("wholesaler")
    SECOND_WHOLESALER = "SECOND_WHOLESALER", _("second-tier wholesaler")
    DIRECT_STORE = "DIRECT_STORE", _("direct-operated store")
    RETAILER = "RETAILER", _("retail outlet")
    KEY_ACCOUNT = "KEY_ACCOUNT", _("key account")


class DealerStatus(models.TextChoices):
    PROSPECT = "PROSPECT", _("prospect")
    TRIAL = "TRIAL", _("trial")
    ACTIVE = "ACTIVE", pgettext_lazy("dealer status", "active")
    AT_RISK = "AT_RISK", _("at risk")
    SUSPENDED = "SUSPENDED", _("suspended")
    RECOVERING = "RECOVERING", _("recovering")
    PHASE_OUT = "PHASE_OUT", _("phase-out")
    TERMINATED = "TERMINATED", _("terminated")


# Those that trade with us: ranked, visited, warned about.
TRADING = frozenset(
    {
        DealerStatus.TRIAL,
        DealerStatus.ACTIVE,
        DealerStatus.AT_RISK,
        DealerStatus.SUSPENDED,
        DealerStatus.RECOVERING,
        DealerStatus.PHASE_OUT,
    }
)


class Tier(models.TextChoices):
    A = "A", pgettext_lazy("tier", "A")
    B = "B", pgettext_lazy("tier", "B")
    C = "C", pgettext_lazy("tier", "C")


class LeadSource(models.TextChoices):
    REFERRAL = "REFERRAL", _("recommended by a friend or dealer")
    ADVERTISING = "ADVERTISING", _("advertising")
    EXHIBITION = "EXHIBITION", _("exhibition")
    FIELD = "FIELD", _("found in the field")
    OWN_INQUIRY = "OWN_INQUIRY", _("asked by themselves")
    OTHER = "OTHER", pgettext_lazy("lead source", "other")


class EducationLevel(models.TextChoices):
    PRIMARY = "PRIMARY", _("primary school")
    SECONDARY = "SECONDARY", _("secondary school")
    VOCATIONAL = "VOCATIONAL", _("vocational school")
    BACHELOR = "BACHELOR", _("bachelor's degree")
    MASTER = "MASTER", _("master's degree or higher")


class MoneyBand(models.TextChoices):
    """Bands instead of figures: enough to judge by, less to leak. In the company's currency, by local living cost."""

    LOW = "LOW", pgettext_lazy("money band", "low")
    MIDDLE = "MIDDLE", pgettext_lazy("money band", "middle")
    UPPER_MIDDLE = "UPPER_MIDDLE", pgettext_lazy("money band", "upper middle")
    HIGH = "HIGH", pgettext_lazy("money band", "high")
    VERY_HIGH = "VERY_HIGH", pgettext_lazy("money band", "very high")


class DecisionRole(models.TextChoices):
    OWNER = "OWNER", pgettext_lazy("decision role", "owner")
    BUYER = "BUYER", _("buyer")
    FINANCE = "FINANCE", pgettext_lazy("decision role", "finance")
    SALES = "SALES", pgettext_lazy("decision role", "sales")
    STORE_MANAGER = "STORE_MANAGER", _("store manager")
    COUNTER_LEADER = "COUNTER_LEADER", _("counter leader")
    WAREHOUSE = "WAREHOUSE", _("warehouse")
    GATEKEEPER = "GATEKEEPER", _("gatekeeper")
    OTHER = "OTHER", pgettext_lazy("decision role", "other")


class Attitude(models.TextChoices):
    CHAMPION = "CHAMPION", _("champions us")
    SUPPORTIVE = "SUPPORTIVE", _("supportive")
    NEUTRAL = "NEUTRAL", pgettext_lazy("attitude", "neutral")
    SCEPTICAL = "SCEPTICAL", _("sceptical")
    OPPOSED = "OPPOSED", _("opposed")


class Channel(models.TextChoices):
    VISIT = "VISIT", _("visit")
    PHONE = "PHONE", _("phone call")
    MESSAGE = "MESSAGE", _("message")
    EMAIL = "EMAIL", _("e-mail")
    MEETING = "MEETING", _("meeting")


class SpecialDateKind(models.TextChoices):
    BIRTHDAY = "BIRTHDAY", _("birthday")
    WEDDING = "WEDDING", _("wedding day")
    FOUNDING = "FOUNDING", _("founding day")
    OPENING = "OPENING", _("shop opening")
    OTHER = "OTHER", pgettext_lazy("special date", "other")


class Positioning(models.TextChoices):
    MAIN = "MAIN", _("main pushed brand")
    SECONDARY = "SECONDARY", _("secondary brand")
    TRAFFIC = "TRAFFIC", _("traffic brand")


class DocumentKind(models.TextChoices):
    LICENCE = "LICENCE", _("business licence")
    CONTRACT = "CONTRACT", _("contract")
    ACTIVITY_PLAN = "ACTIVITY_PLAN", _("activity plan")
    EVALUATION = "EVALUATION", _("post-evaluation")
    PHOTO = "PHOTO", _("photo")
    OTHER = "OTHER", pgettext_lazy("document", "other")


class AgreementKind(models.TextChoices):
    DEALER_CONTRACT = "DEALER_CONTRACT", _("dealer contract")
    FRAMEWORK = "FRAMEWORK", _("framework agreement")
    MARKET_CONTROL = "MARKET_CONTROL", _("Market Control Agreement")
    ANNUAL_TARGET = "ANNUAL_TARGET", _("annual target agreement")
    OTHER = "OTHER", pgettext_lazy("agreement", "other")


class ConsentState(models.TextChoices):
    GIVEN = "GIVEN", _("given")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("consent", "withdrawn")


class ErasureCause(models.TextChoices):
    WITHDRAWN = "WITHDRAWN", _("consent withdrawn")
    EXPIRED = "EXPIRED", _("retention ran out")


class CreditRating(models.TextChoices):
    """Grades of the credit file and what share of the usual limit they carry: docs/practice.md section 7."""

    AAA = "AAA", "AAA"
    AA = "AA", "AA"
    A = "A", "A"
    B = "B", "B"
    C = "C", "C"


class ExportFormat(models.TextChoices):
    XLSX = "XLSX", "XLSX"
    CSV = "CSV", "CSV"
