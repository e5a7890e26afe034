from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Audience(models.TextChoices):
    """Whose visits a call cycle asks for."""

    REPRESENTATIVE = "REPRESENTATIVE", _("sales representative")
    LEADER = "LEADER", _("responsible leader")


class Per(models.TextChoices):
    WEEK = "WEEK", pgettext_lazy("visits per", "week")
    MONTH = "MONTH", pgettext_lazy("visits per", "month")
    YEAR = "YEAR", pgettext_lazy("visits per", "year")


class Horizon(models.TextChoices):
    YEAR = "YEAR", pgettext_lazy("visit plan", "year")
    QUARTER = "QUARTER", pgettext_lazy("visit plan", "quarter")
    MONTH = "MONTH", pgettext_lazy("visit plan", "month")


class PlanState(models.TextChoices):
    DRAFT = "DRAFT", pgettext_lazy("visit plan", "draft")
    RELEASED = "RELEASED", pgettext_lazy("visit plan", "released")


class VisitKind(models.TextChoices):
    REGULAR = "REGULAR", _("regular visit")
    EXTRA = "EXTRA", _("extra visit")
    EXECUTIVE = "EXECUTIVE", _("executive visit")
    JOINT = "JOINT", _("joint visit")


class Means(models.TextChoices):
    IN_PERSON = "IN_PERSON", pgettext_lazy("visit", "in person")
    PHONE = "PHONE", pgettext_lazy("visit", "by telephone")


class VisitState(models.TextChoices):
    PLANNED = "PLANNED", pgettext_lazy("visit", "planned")
    UNDER_WAY = "UNDER_WAY", pgettext_lazy("visit", "under way")
    DONE = "DONE", pgettext_lazy("visit", "done")
    SKIPPED = "SKIPPED", pgettext_lazy("visit", "skipped")
    MISSED = "MISSED", pgettext_lazy("visit", "missed")


class Why(models.TextChoices):
    """Why a visit stands in the plan."""

    CYCLE = "CYCLE", _("due by the call cycle")
    APPOINTMENT = "APPOINTMENT", _("agreed with the dealer")
    NEW_DEALER = "NEW_DEALER", _("new dealer")
    COMPLAINT = "COMPLAINT", _("complaint")
    EVENT = "EVENT", _("event at the dealer's")
    WARNING = "WARNING", _("early warning")
    PROMOTION = "PROMOTION", _("promotion")
    FOLLOW_UP = "FOLLOW_UP", _("follow-up")
    REQUEST = "REQUEST", _("asked for by the manager")
    OFF_PLAN = "OFF_PLAN", _("off plan")


class RequestKind(models.TextChoices):
    """Why somebody asks for a visit beside the cycle."""

    COMPLAINT = "COMPLAINT", pgettext_lazy("asked for a visit", "Complaint")
    EVENT = "EVENT", pgettext_lazy("asked for a visit", "Something happened at the dealer's")
    FOLLOW_UP = "FOLLOW_UP", pgettext_lazy("asked for a visit", "To be looked at again")


class Priority(models.IntegerChoices):
    """How much depends on an extra visit: which gives way first when a month is too full."""

    LOW = 1, pgettext_lazy("priority of a visit", "low")
    NORMAL = 2, pgettext_lazy("priority of a visit", "normal")
    HIGH = 3, pgettext_lazy("priority of a visit", "high")


class SkipReason(models.TextChoices):
    CLOSED = "CLOSED", _("the dealer was closed")
    DEALER_ASKED = "DEALER_ASKED", _("the dealer asked for another day")
    NOBODY_THERE = "NOBODY_THERE", _("nobody to talk to was there")
    LEAVE = "LEAVE", _("leave or illness")
    TRAFFIC = "TRAFFIC", _("traffic or weather")
    NO_TIME = "NO_TIME", _("no time left")
    NOT_NEEDED = "NOT_NEEDED", _("no longer needed")
    DEFERRED = "DEFERRED", _("put off to next month")
    OTHER = "OTHER", pgettext_lazy("skip reason", "other")


class Purpose(models.TextChoices):
    SELL = "SELL", _("win an order")
    COLLECT = "COLLECT", _("collect payment")
    SOLVE = "SOLVE", _("solve a problem")
    STOCK = "STOCK", _("check stock and display")
    PROMOTION = "PROMOTION", _("prepare or check a promotion")
    CONVEY = "CONVEY", _("convey policies and news")
    TRAIN = "TRAIN", _("train the dealer's people")
    PLAN = "PLAN", _("agree on targets and plans")
    RELATION = "RELATION", _("look after the relation")
    OPEN_UP = "OPEN_UP", _("win a new dealer")


class Result(models.TextChoices):
    """The visit held against its objective."""

    MET = "MET", pgettext_lazy("objective", "met")
    PARTLY = "PARTLY", pgettext_lazy("objective", "partly met")
    NOT_MET = "NOT_MET", pgettext_lazy("objective", "not met")


class CheckInOutcome(models.TextChoices):
    IN_RANGE = "IN_RANGE", _("at the dealer's")
    OUT_OF_RANGE = "OUT_OF_RANGE", _("away from the dealer's")
    UNVERIFIED = "UNVERIFIED", _("could not be verified")


class FindingKind(models.TextChoices):
    STATED = "STATED", _("stated by the dealer")
    LATENT = "LATENT", _("not noticed by the dealer")


class FindingState(models.TextChoices):
    FOUND = "FOUND", pgettext_lazy("issue", "found")
    ANALYSED = "ANALYSED", pgettext_lazy("issue", "analysed")
    SOLVED = "SOLVED", pgettext_lazy("issue", "solved")
    CONFIRMED = "CONFIRMED", pgettext_lazy("issue", "confirmed by the dealer")


class Area(models.TextChoices):
    PRICE = "PRICE", pgettext_lazy("issue", "price and margin")
    SUPPLY = "SUPPLY", pgettext_lazy("issue", "supply and delivery")
    QUALITY = "QUALITY", pgettext_lazy("issue", "product quality")
    SERVICE = "SERVICE", pgettext_lazy("issue", "service")
    STOCK = "STOCK", pgettext_lazy("issue", "stock")
    DISPLAY = "DISPLAY", pgettext_lazy("issue", "display")
    COMPETITION = "COMPETITION", pgettext_lazy("issue", "competition")
    PAYMENT = "PAYMENT", pgettext_lazy("issue", "payment")
    PEOPLE = "PEOPLE", pgettext_lazy("issue", "people and management")
    PROMOTION = "PROMOTION", pgettext_lazy("issue", "promotion support")
    OTHER = "OTHER", pgettext_lazy("issue", "other")


class Side(models.TextChoices):
    OURS = "OURS", _("we promised")
    THEIRS = "THEIRS", _("the dealer promised")


class CommitmentKind(models.TextChoices):
    PAYMENT = "PAYMENT", pgettext_lazy("promise", "payment")
    PURCHASE = "PURCHASE", pgettext_lazy("promise", "purchase")
    OTHER = "OTHER", pgettext_lazy("promise", "other")


class CommitmentState(models.TextChoices):
    OPEN = "OPEN", pgettext_lazy("promise", "open")
    KEPT = "KEPT", pgettext_lazy("promise", "kept")
    PARTLY = "PARTLY", pgettext_lazy("promise", "partly kept")
    BROKEN = "BROKEN", pgettext_lazy("promise", "not kept")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("promise", "withdrawn")


class AdviceResult(models.TextChoices):
    OPEN = "OPEN", pgettext_lazy("advice", "not known yet")
    TAKEN = "TAKEN", pgettext_lazy("advice", "taken up")
    HELPED = "HELPED", pgettext_lazy("advice", "taken up and it helped")
    DECLINED = "DECLINED", pgettext_lazy("advice", "declined")


class PaymentMethod(models.TextChoices):
    TRANSFER = "TRANSFER", _("bank transfer")
    CASH = "CASH", _("cash")
    CHEQUE = "CHEQUE", _("cheque")
    BILL = "BILL", _("bill of exchange")
    OTHER = "OTHER", pgettext_lazy("payment", "other")


class LeaveKind(models.TextChoices):
    HOLIDAY = "HOLIDAY", pgettext_lazy("leave", "holiday")
    SICK = "SICK", pgettext_lazy("leave", "illness")
    TRAINING = "TRAINING", pgettext_lazy("leave", "training")
    OTHER = "OTHER", pgettext_lazy("leave", "other")


class TimeCategory(models.TextChoices):
    """The five activities of the source and what lies between them."""

    SELLING = "SELLING", _("face-to-face selling")
    COLLECTING = "COLLECTING", _("collecting")
    IN_STORE = "IN_STORE", _("in-store activity")
    WAITING = "WAITING", _("waiting for the customer")
    PRIVATE = "PRIVATE", _("private matters")
    TRAVEL = "TRAVEL", pgettext_lazy("use of time", "travel")
    PAPERWORK = "PAPERWORK", pgettext_lazy("use of time", "paperwork")
    MEETING = "MEETING", pgettext_lazy("use of time", "meetings")
    MEAL = "MEAL", pgettext_lazy("use of time", "meals")


class TimeSource(models.TextChoices):
    """Whether somebody said so, or check-ins tell it."""

    SAID = "SAID", pgettext_lazy("use of time", "said")
    CHECK_INS = "CHECK_INS", pgettext_lazy("use of time", "check-ins")


class TimeRobber(models.TextChoices):
    """Causes of lost time: planning, organisation, control, communication."""

    P1 = "P1", _("no goals set")
    P2 = "P2", _("no plan for the day")
    P3 = "P3", _("priorities not clear")
    P4 = "P4", _("tasks left unfinished")
    P5 = "P5", _("too much at once, unrealistic estimates of time")
    O1 = "O1", _("not well organised oneself")
    O2 = "O2", _("untidy workplace")
    O3 = "O3", _("duties and powers confused")
    O4 = "O4", _("reporting on many levels")
    M1 = "M1", _("interrupted by calls")
    M2 = "M2", _("unexpected visitors")
    M3 = "M3", _("lack of self-discipline")
    M4 = "M4", _("too many hobbies")
    M5 = "M5", _("cannot say no")
    M6 = "M6", _("incomplete information")
    C1 = "C1", _("too many or too long meetings")
    C2 = "C2", _("does not accept what others say")
    C3 = "C3", _("too much socialising")


class ExpenseCategory(models.TextChoices):
    TRANSPORT = "TRANSPORT", pgettext_lazy("expense", "transport")
    LODGING = "LODGING", pgettext_lazy("expense", "lodging")
    MEAL = "MEAL", pgettext_lazy("expense", "meals")
    ENTERTAINMENT = "ENTERTAINMENT", pgettext_lazy("expense", "entertainment")
    GIFT = "GIFT", pgettext_lazy("expense", "gift")
    OTHER = "OTHER", pgettext_lazy("expense", "other")


class ExpenseState(models.TextChoices):
    SUBMITTED = "SUBMITTED", pgettext_lazy("expense", "submitted")
    APPROVED = "APPROVED", pgettext_lazy("expense", "approved")
    REFUSED = "REFUSED", pgettext_lazy("expense", "refused")


class TaskState(models.TextChoices):
    OPEN = "OPEN", pgettext_lazy("task", "open")
    DONE = "DONE", pgettext_lazy("task", "done")
    DROPPED = "DROPPED", pgettext_lazy("task", "dropped")


class CoachingGroup(models.TextChoices):
    """Where in a visit an item of the coaching checklist is watched."""

    BEFORE = "BEFORE", _("before the visit")
    MANNER = "MANNER", _("manner")
    LISTENING = "LISTENING", _("listening")
    SELLING = "SELLING", _("solving and selling")
    AFTER = "AFTER", _("after the visit")


class Standing(models.TextChoices):
    """How a representative places herself before the dealer."""

    HIGH = "HIGH", _("too high: speaks as “the factory”")
    RIGHT = "RIGHT", _("as a partner")
    LOW = "LOW", _("too low: begs for the order")
