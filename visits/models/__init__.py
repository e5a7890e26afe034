"""Call cycles, working time, plans, visits and their records, the rules for them, coaching, the working day."""

from visits.models.asked import ExtraVisit, PlanningRules, PreferredDays
from visits.models.coaching import Coaching, CoachingItem, CoachingScore
from visits.models.cover import Cover, OpenedTerritory
from visits.models.cycles import CallCycle, DealerCycle, OpeningHours
from visits.models.devices import CalendarFeed, LocationConsent, Submission
from visits.models.exports import VisitExport
from visits.models.growth import GrowthPlan, GrowthStep
from visits.models.leaders import LeaderReport
from visits.models.people import CalendarDay, Leave, WorkingTime
from visits.models.plans import PlanningPart, PlanningRun, Visit, VisitDue, VisitPlan
from visits.models.positions import PositionRule
from visits.models.record import (
    Advice,
    Collection,
    Commitment,
    Finding,
    StockSeen,
    VisitPhoto,
)
from visits.models.requests import VisitRequest
from visits.models.roles import RoleProfile
from visits.models.routes import OrderedDay
from visits.models.rules import ContactLimit, VisitForm
from visits.models.work import DayLog, Expense, Task, TimeEntry

__all__ = [
    "Advice",
    "CalendarDay",
    "CalendarFeed",
    "CallCycle",
    "Coaching",
    "CoachingItem",
    "CoachingScore",
    "Collection",
    "Commitment",
    "ContactLimit",
    "Cover",
    "DayLog",
    "DealerCycle",
    "Expense",
    "ExtraVisit",
    "Finding",
    "GrowthPlan",
    "GrowthStep",
    "LeaderReport",
    "Leave",
    "LocationConsent",
    "OpenedTerritory",
    "OpeningHours",
    "OrderedDay",
    "PlanningPart",
    "PlanningRules",
    "PlanningRun",
    "PositionRule",
    "PreferredDays",
    "RoleProfile",
    "StockSeen",
    "Submission",
    "Task",
    "TimeEntry",
    "Visit",
    "VisitDue",
    "VisitExport",
    "VisitForm",
    "VisitPhoto",
    "VisitPlan",
    "VisitRequest",
    "WorkingTime",
]
