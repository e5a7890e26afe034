from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Severity(models.IntegerChoices):
    """How far a figure has gone past its limits; 0, nothing to warn of, is no severity of a case."""

    YELLOW = 1, pgettext_lazy("severity", "yellow")
    ORANGE = 2, pgettext_lazy("severity", "orange")
    RED = 3, pgettext_lazy("severity", "red")


class CaseState(models.TextChoices):
    """docs/practice.md section 6. The last three are ends: a case there is never taken up again."""

    OPEN = "OPEN", pgettext_lazy("warning case", "open")
    ACKNOWLEDGED = "ACKNOWLEDGED", pgettext_lazy("warning case", "acknowledged")
    INVESTIGATING = "INVESTIGATING", pgettext_lazy("warning case", "looking for the cause")
    ACTION = "ACTION", pgettext_lazy("warning case", "under treatment")
    RESOLVED = "RESOLVED", pgettext_lazy("warning case", "resolved, to be verified")
    VERIFIED = "VERIFIED", pgettext_lazy("warning case", "verified")
    DISMISSED = "DISMISSED", pgettext_lazy("warning case", "dismissed")
    MERGED = "MERGED", pgettext_lazy("warning case", "merged into another")


# A case in one of these keeps a second one of its kind from opening.
RUNNING = (CaseState.OPEN, CaseState.ACKNOWLEDGED, CaseState.INVESTIGATING, CaseState.ACTION, CaseState.RESOLVED)
# In these somebody still has something to do.
UNSOLVED = RUNNING[:-1]
ENDED = (CaseState.VERIFIED, CaseState.DISMISSED, CaseState.MERGED)


class Did(models.TextChoices):
    """What happened with a case: one line of its timeline."""

    OPENED = "OPENED", pgettext_lazy("timeline of a case", "opened")
    WORSENED = "WORSENED", pgettext_lazy("timeline of a case", "grew worse")
    EASED = "EASED", pgettext_lazy("timeline of a case", "grew better")
    RECOVERED = "RECOVERED", pgettext_lazy("timeline of a case", "the figure recovered")
    RELAPSED = "RELAPSED", pgettext_lazy("timeline of a case", "the figure fell back")
    AGED = "AGED", pgettext_lazy("timeline of a case", "yellow for too long")
    ACKNOWLEDGED = "ACKNOWLEDGED", pgettext_lazy("timeline of a case", "acknowledged")
    INVESTIGATED = "INVESTIGATED", pgettext_lazy("timeline of a case", "search for the cause began")
    CAUSE_FOUND = "CAUSE_FOUND", pgettext_lazy("timeline of a case", "cause found")
    ACTION_PLANNED = "ACTION_PLANNED", pgettext_lazy("timeline of a case", "task planned")
    ACTION_ENDED = "ACTION_ENDED", pgettext_lazy("timeline of a case", "task ended")
    RESOLVED = "RESOLVED", pgettext_lazy("timeline of a case", "resolved")
    VERIFIED = "VERIFIED", pgettext_lazy("timeline of a case", "verified")
    REOPENED = "REOPENED", pgettext_lazy("timeline of a case", "opened again")
    DISMISSED = "DISMISSED", pgettext_lazy("timeline of a case", "dismissed")
    MERGED = "MERGED", pgettext_lazy("timeline of a case", "merged")
    ASSIGNED = "ASSIGNED", pgettext_lazy("timeline of a case", "assigned")
    ESCALATED = "ESCALATED", pgettext_lazy("timeline of a case", "passed to the next level")
    NOTED = "NOTED", pgettext_lazy("timeline of a case", "note")
    EVENT = "EVENT", pgettext_lazy("timeline of a case", "major event")
    WATCHED = "WATCHED", pgettext_lazy("timeline of a case", "somebody watches")


class OwnedBy(models.TextChoices):
    """Whose a new case is: who holds the role nearest to the dealer; where nobody does, the manager, then the director."""

    REPRESENTATIVE = "REPRESENTATIVE", _("sales representative")
    MANAGER = "MANAGER", _("market manager")
    DIRECTOR = "DIRECTOR", _("sales director")
    FINANCE = "FINANCE", pgettext_lazy("role", "finance")
    ADMINISTRATOR = "ADMINISTRATOR", _("administrator")


class TaskKind(models.TextChoices):
    """What a task of a case is about; the second is made by itself after a major event."""

    TASK = "TASK", pgettext_lazy("task of a case", "task")
    CREDIT_CHECK = "CREDIT_CHECK", pgettext_lazy("task of a case", "check the credit again")


class TaskState(models.TextChoices):
    OPEN = "OPEN", pgettext_lazy("task", "open")
    DONE = "DONE", pgettext_lazy("task", "done")
    DROPPED = "DROPPED", pgettext_lazy("task", "dropped")


class MajorEventKind(models.TextChoices):
    """What can befall a dealer: docs/practice.md section 6. GRAVE below says which are red at once."""

    OWNER_DIED = "OWNER_DIED", pgettext_lazy("major event", "death or serious illness of the owner")
    SPLIT = "SPLIT", pgettext_lazy("major event", "divorce or split of the partners")
    NEW_REPRESENTATIVE = "NEW_REPRESENTATIVE", pgettext_lazy("major event", "change of the legal representative")
    LAWSUIT = "LAWSUIT", pgettext_lazy("major event", "lawsuit or frozen assets")
    FIRE = "FIRE", pgettext_lazy("major event", "fire or flood")
    INSOLVENCY = "INSOLVENCY", pgettext_lazy("major event", "insolvency")
    COMPETITOR = "COMPETITOR", pgettext_lazy("major event", "exclusive deal with a competitor")
    KEY_STAFF_LEFT = "KEY_STAFF_LEFT", pgettext_lazy("major event", "key salesperson left")
    DISPUTE = "DISPUTE", pgettext_lazy("major event", "dispute among the partners")
    MOVING = "MOVING", pgettext_lazy("major event", "the store moves")
    LEAVING = "LEAVING", pgettext_lazy("major event", "the owner says that he leaves us")
    OTHER = "OTHER", pgettext_lazy("major event", "other")


GRAVE = frozenset(
    {
        MajorEventKind.OWNER_DIED,
        MajorEventKind.SPLIT,
        MajorEventKind.NEW_REPRESENTATIVE,
        MajorEventKind.LAWSUIT,
        MajorEventKind.FIRE,
        MajorEventKind.INSOLVENCY,
        MajorEventKind.COMPETITOR,
        MajorEventKind.LEAVING,
    }
)


class LossReason(models.TextChoices):
    """Why a dealer was lost."""

    STAFF_TOOK_IT = "STAFF_TOOK_IT", pgettext_lazy("loss reason", "our salesperson left and took the dealer along")
    SHORT_TERM = "SHORT_TERM", pgettext_lazy("loss reason", "short-term behaviour on our side")
    COMPETITOR = "COMPETITOR", pgettext_lazy("loss reason", "a competitor won the dealer")
    MARKET = "MARKET", pgettext_lazy("loss reason", "fluctuation of the market")
    NEGLIGENCE = "NEGLIGENCE", pgettext_lazy("loss reason", "neglect of details")
    INTEGRITY = "INTEGRITY", pgettext_lazy("loss reason", "broken promises")
    PRESSURE = "PRESSURE", pgettext_lazy("loss reason", "the dealer put too much pressure on us")
    NATURAL = "NATURAL", pgettext_lazy("loss reason", "natural loss: closed, sold, retired")
    OUR_DECISION = "OUR_DECISION", pgettext_lazy("loss reason", "we ended it")


class ReviewState(models.TextChoices):
    DUE = "DUE", pgettext_lazy("loss review", "to be written")
    DONE = "DONE", pgettext_lazy("loss review", "written")


class TrialState(models.TextChoices):
    WAITING = "WAITING", pgettext_lazy("try-out of a rule", "asked for")
    DONE = "DONE", pgettext_lazy("try-out of a rule", "done")
    FAILED = "FAILED", pgettext_lazy("try-out of a rule", "failed")
