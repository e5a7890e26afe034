from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Basis(models.TextChoices):
    """What dealers are ranked by and growth is measured in: sell-in of a fiscal year."""

    QUANTITY = "QUANTITY", _("quantity")
    AMOUNT = "AMOUNT", _("amount")


class Rounding(models.TextChoices):
    """How the number of places that the top share gives is made whole."""

    CEIL = "CEIL", _("up")
    HALF_UP = "HALF_UP", _("to the nearest")
    FLOOR = "FLOOR", _("down")


class Reason(models.TextChoices):
    """Which branch of the rule decided; tiering.reasons makes the sentence."""

    AGENT = "AGENT", _("kind that is always A")
    RANK = "RANK", _("among the first by sales")
    GROWTH = "GROWTH", _("growth, cooperation and loyalty")
    REST = "REST", _("all others")
    DAMPED = "DAMPED", _("one class down at most")
    OVERRIDE = "OVERRIDE", _("set by hand")
    OUTSIDE = "OUTSIDE", _("does not trade with us")


class Mode(models.TextChoices):
    FULL = "FULL", _("all dealers")
    CHANGED = "CHANGED", _("changed dealers")


class OverrideState(models.TextChoices):
    REQUESTED = "REQUESTED", _("waits for approval")
    APPROVED = "APPROVED", _("approved")
    REFUSED = "REFUSED", _("refused")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")


class Score(models.TextChoices):
    COOPERATION = "COOPERATION", _("cooperation")
    LOYALTY = "LOYALTY", _("loyalty")
    STRENGTH = "STRENGTH", _("strength")
    POTENTIAL = "POTENTIAL", _("potential")


class Component(models.TextChoices):
    """What scores are made of, each 0 to 100. The order is that of the array in DealerScore: only append."""

    WALLET = "WALLET", _("our share of its sales and funds")
    EXECUTION = "EXECUTION", _("policy and promotion execution")
    PARTICIPATION = "PARTICIPATION", _("participation in promotions")
    PUNCTUALITY = "PUNCTUALITY", _("payment punctuality")
    MARKET_ORDER = "MARKET_ORDER", _("market order")
    TENURE = "TENURE", _("years with us")
    SURVEY = "SURVEY", _("satisfaction and recommendation")
    SALES_LEVEL = "SALES_LEVEL", _("annual sales, all brands")
    CAPITAL = "CAPITAL", _("capital strength")
    OUTLETS = "OUTLETS", _("outlet network")
    STAFF = "STAFF", _("staff and vehicles")
    MANAGEMENT = "MANAGEMENT", _("management level")
    GROWTH = "GROWTH", pgettext_lazy("score component", "growth of sales")
    MARKET_SIZE = "MARKET_SIZE", _("size of its market")
    PROFILE = "PROFILE", _("openness: profile filled in")


class Quadrant(models.TextChoices):
    """Loyalty against strength. The order is that of the matrix: loyal ones first, the strong before the weak."""

    CORE = "CORE", pgettext_lazy("loyalty against strength", "core")
    DEVELOP = "DEVELOP", pgettext_lazy("loyalty against strength", "develop")
    NEGOTIATE = "NEGOTIATE", pgettext_lazy("loyalty against strength", "negotiate")
    PHASE_OUT = "PHASE_OUT", pgettext_lazy("loyalty against strength", "phase out")


LOYAL = frozenset({Quadrant.CORE, Quadrant.DEVELOP})
STRONG = frozenset({Quadrant.CORE, Quadrant.NEGOTIATE})


class PlanState(models.TextChoices):
    RUNNING = "RUNNING", pgettext_lazy("state of a dealer's plan", "running")
    DONE = "DONE", pgettext_lazy("state of a dealer's plan", "done")
    STOPPED = "STOPPED", pgettext_lazy("state of a dealer's plan", "stopped")


class PlanStepKind(models.TextChoices):
    """What the plans of the four quadrants consist of; tiering.quadrants.playbook says which of which."""

    SPONSOR = "SPONSOR", _("a leader of ours looks after the dealer in person")
    SUPPLY_FIRST = "SUPPLY_FIRST", _("scarce goods go to this dealer first")
    FRAMEWORK = "FRAMEWORK", _("a framework agreement is signed")
    ADVERTISING = "ADVERTISING", _("advertising support")
    PROMOTION = "PROMOTION", _("a promotion with the dealer")
    GIFTS = "GIFTS", _("gifts for the dealer's customers")
    GUIDES = "GUIDES", _("shopping guides in the dealer's shops")
    TERMS = "TERMS", _("the terms stand in an agreement")
    GAINS = "GAINS", _("both sides have agreed to what each of them gains")
    SHARE = "SHARE", _("its share of the territory's sales is within the limit")
    REVIEW = "REVIEW", _("the plan was gone through with the dealer")
    TOLD = "TOLD", _("the dealer was told in person, with reasons and days")
    STOCK_RETURNED = "STOCK_RETURNED", _("the stock is sold off or taken back")
    PAID = "PAID", _("what the dealer owes is paid")
    REPLACED = "REPLACED", _("another dealer serves its customers")
    AGREEMENT_ENDED = "AGREEMENT_ENDED", _("its agreements have ended")
