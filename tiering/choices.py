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
