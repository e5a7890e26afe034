"""Visit forms, limits of contacts, the task board and coaching."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from accounts.choices import Role
from accounts.models import Territory, User
from crm.base.models import Company
from tests.factories import AssignmentFactory, DealerFactory, UserFactory
from tests.permissions import Row
from visits.models import Coaching, CoachingItem, ContactLimit, Task, VisitForm

LEADS = "bob dora ada"
VISITS = "alice bob charlie dora ada"
RULES = "dora ada"


def _worker(place: Territory) -> User:
    user = UserFactory(name=f"Colleague of {place.code}")
    AssignmentFactory(user=user, territory=place, role=Role.REPRESENTATIVE)
    return user


def form_version(_place: Territory) -> Any:
    form, _made = VisitForm.objects.get_or_create(
        kind="RETAILER", version=1,
        defaults={"sections": [{"key": "stated", "use": "REQUIRED"}], "published_at": timezone.now()},
    )  # fmt: skip
    return form


def contact_limit(_place: Territory) -> Any:
    return ContactLimit.objects.get_or_create(kind="", tier="A", defaults={"most": 4})[0]


def coaching_item(_place: Territory) -> Any:
    return CoachingItem.objects.get_or_create(key="smiles", defaults={"group": "MANNER", "label": {"en": "Smiles"}})[0]


def task_of(place: Territory) -> Task:
    return Task.objects.create(title=f"Task in {place.code}", owner=_worker(place), created_at=timezone.now())


def ended_task(place: Territory) -> Task:
    now = timezone.now()
    return Task.objects.create(title="Done", owner=_worker(place), created_at=now, state="DONE", done_at=now)


def shared_sheet(place: Territory) -> Coaching:
    return Coaching.objects.create(
        rep=_worker(place),
        coach=UserFactory(),
        on=Company.get().today(),
        focus="Listen",
        mean=3,
        shared_at=timezone.now(),
    )


THINGS = {
    "colleague": _worker,
    "bothered_dealer": lambda place: DealerFactory(territory=place),
    "form_version": form_version,
    "contact_limit": contact_limit,
    "coaching_item": coaching_item,
    "task_of": task_of,
    "ended_task": ended_task,
    "shared_sheet": shared_sheet,
}
UNSCOPED = {"form_version", "contact_limit", "coaching_item"}

COMPOSED = {"row": ["stated", "next"], "use:stated": "REQUIRED", "use:next": "OFFERED", "seen": "0"}
WORDED = {"group": "MANNER", "label_en": "Greets everybody"}

ROWS = {
    "visits:forms": Row(get=VISITS),
    "visits:compose": Row(get=RULES, post=RULES, args=("franchisee",), body=COMPOSED),
    "visits:form_preview": Row(post=RULES, body=COMPOSED, post_status=200),
    "visits:drop_form": Row(post=RULES, args=("agent",), body={"seen": "0"}),
    "visits:form_back": Row(post=RULES, args=("agent",)),
    "visits:contact_limits": Row(get=VISITS),
    "visits:new_contact_limit": Row(
        get=RULES, post=RULES, body={"kind": "AGENT", "tier": "", "most": "2", "days": "0"}, post_status=422
    ),
    "visits:contact_limit": Row(get=RULES, post=RULES, args=("contact_limit",), body={"most": "2", "days": "7"}),
    "visits:drop_contact_limit": Row(post=RULES, args=("contact_limit",)),
    "visits:strain": Row(get=VISITS, args=("bothered_dealer",)),
    "visits:tasks": Row(get=VISITS),
    "visits:new_task": Row(get=VISITS, post=VISITS, post_status=422),
    "visits:order_tasks": Row(post=VISITS, body={"tasks": "1,2"}),
    "visits:task": Row(get=LEADS, post=LEADS, args=("task_of",), body={"title": ""}, post_status=422),
    "visits:place_task": Row(post=LEADS, args=("task_of",), body={"to": "11"}),
    "visits:end_task": Row(post=LEADS, args=("task_of",)),
    "visits:reopen_task": Row(post=LEADS, args=("ended_task",)),
    "visits:coaching": Row(get=VISITS, get_status=(200, 302)),
    "visits:coaching_of": Row(get=LEADS, args=("colleague",)),
    "visits:coaching_sheet": Row(get=LEADS, args=("shared_sheet",)),
    "visits:coaching_items": Row(get=VISITS),
    "visits:new_coaching_item": Row(get=RULES, post=RULES, body=WORDED),
    "visits:coaching_item": Row(
        get=RULES, post=RULES, args=("coaching_item",), body={"group": "NONE"}, post_status=422
    ),
    "visits:change_coaching_item": Row(post=RULES, args=("coaching_item",), body={"do": "up"}),
}

EXEMPT = {
    "visits:form_version": "a version's address needs two arguments of one thing: tests/visits/test_composer_pages.py",
    "visits:new_coaching": "the address names whom it is about in its query: tests/visits/test_coaching.py",
    "visits:drop_coaching": "a draft is seen by nobody but its coach: tests/visits/test_coaching.py",
}
