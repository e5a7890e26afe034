"""What hangs on a visit, row by row: each has the key it got on the phone, so that a second message changes it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from accounts.models import User
from sales.models import Product
from visits.actions.follow_up import say_result, settle, take_step
from visits.actions.planned import PlanRefused
from visits.choices import (
    AdviceResult,
    Area,
    CommitmentKind,
    CommitmentState,
    FindingKind,
    FindingState,
    PaymentMethod,
    Side,
    TaskState,
    TimeCategory,
)
from visits.models import Advice, Collection, Commitment, Finding, StockSeen, Task, TimeEntry, Visit
from visits.promise_night import note_account
from visits.sync.reading import Reader
from visits.sync.refusals import NotYours


@dataclass(slots=True)
class Rows:
    """What a message holds, by key: values for the columns, read and checked."""

    findings: dict[uuid.UUID, dict[str, Any]]
    commitments: dict[uuid.UUID, dict[str, Any]]
    advice: dict[uuid.UUID, dict[str, Any]]
    stock: dict[uuid.UUID, dict[str, Any]]
    collections: dict[uuid.UUID, dict[str, Any]]
    tasks: dict[uuid.UUID, dict[str, Any]]
    time: dict[uuid.UUID, dict[str, Any]]
    # Of earlier visits: next steps of issues (as seen, and what is said), promises that were kept or not, what came of
    # advice (result and note).
    steps: dict[uuid.UUID, tuple[str, str]]
    settled: dict[uuid.UUID, str]
    advised: dict[uuid.UUID, tuple[str, str]]


def read(message: Reader, *, ended_at: dt.datetime | None) -> Rows:
    return Rows(
        findings={row.key("key"): _finding(row, ended_at) for row in message.rows("findings")},
        commitments={row.key("key"): _commitment(row) for row in message.rows("commitments")},
        advice={
            row.key("key"): {"topic": row.text("topic", 120, need=True), "text": row.text("text", 1000, need=True)}
            for row in message.rows("advice")
        },
        stock={row.key("key"): _stock(row) for row in message.rows("stock")},
        collections={row.key("key"): _collection(row) for row in message.rows("collections")},
        tasks={row.key("key"): _task(row) for row in message.rows("tasks")},
        time={row.key("key"): time_entry(row) for row in message.rows("time")},
        steps={
            row.key("key"): (row.choice("seen", FindingState, need=True), row.text("text", 500, need=True))
            for row in message.rows("steps")
        },
        settled={row.key("key"): row.choice("state", CommitmentState, need=True) for row in message.rows("settled")},
        advised={
            row.key("key"): (row.choice("result", AdviceResult, need=True), row.text("note", 500))
            for row in message.rows("advised")
        },
    )


def _finding(row: Reader, ended_at: dt.datetime | None) -> dict[str, Any]:
    cause = row.text("cause", 500)
    return {
        "kind": row.choice("kind", FindingKind, need=True),
        "area": row.choice("area", Area, default=Area.OTHER),
        "text": row.text("text", 1000, need=True),
        "cause": cause,
        "due_on": row.day("due_on"),
        "state": FindingState.ANALYSED if cause else FindingState.FOUND,
        "analysed_at": ended_at if cause else None,
    }


def _commitment(row: Reader) -> dict[str, Any]:
    kind = row.choice("kind", CommitmentKind, default=CommitmentKind.OTHER)
    values = {
        "side": row.choice("side", Side, need=True),
        "kind": kind,
        "text": row.text("text", 300, need=True),
        "amount": row.decimal("amount", 2, above=0, need=kind == CommitmentKind.PAYMENT),
        "quantity": row.decimal("quantity", 3, above=0),
        "due_on": row.day("due_on", need=True),
        "for": row.optional_key("for"),
    }
    if kind == CommitmentKind.PURCHASE and not values["amount"] and not values["quantity"]:
        row.fault("quantity", _("How much? A quantity or an amount."))
    return values


def _stock(row: Reader) -> dict[str, Any]:
    return {
        "product_id": row.whole("product", 1, 2**62, need=True),
        "quantity": row.decimal("quantity", 3, need=True),
        "oldest_on": row.day("oldest_on"),
        "facings": row.whole("facings", 0, 10_000),
        "shelf_price": row.decimal("shelf_price", 2),
    }


def _collection(row: Reader) -> dict[str, Any]:
    items = [
        {"number": item.text("number", 80, need=True), "amount": str(item.decimal("amount", 2, need=True))}
        for item in row.rows("items")
    ]
    return {
        "amount": row.decimal("amount", 2, above=0, need=True),
        "method": row.choice("method", PaymentMethod, need=True),
        "reference": row.text("reference", 120),
        "items": items,
    }


def _task(row: Reader) -> dict[str, Any]:
    return {
        "title": row.text("title", 200, need=True),
        "note": row.text("note", 1000),
        "important": row.yes("important"),
        "urgent": row.yes("urgent"),
        "due_on": row.day("due_on"),
        "minutes": row.whole("minutes", 1, 1440),
        "state": TaskState.OPEN,
    }


def time_entry(row: Reader) -> dict[str, Any]:
    return {
        "category": row.choice("category", TimeCategory, need=True),
        "minutes": row.whole("minutes", 1, 1440, need=True),
        "note": row.text("note", 200),
    }


def check_products(rows: Rows, message: Reader) -> None:
    """Note as a fault what was counted of products that there are not, or twice."""
    wanted = [values["product_id"] for values in rows.stock.values()]
    known = set(Product.objects.filter(pk__in=[pk for pk in wanted if pk]).values_list("pk", flat=True))
    if any(pk and pk not in known for pk in wanted):
        message.fault("stock", _("There is no such product any more."))
    if len(set(wanted)) != len(wanted):
        message.fault("stock", _("A product is counted twice."))


def write(rows: Rows, *, visit: Visit, user: User, at: dt.datetime) -> None:
    """Write the rows of a message; those of an earlier message with the same key take the new values."""
    new = {"dealer_id": visit.dealer_id, "created_at": at, "created_by": user}
    _put(Finding, rows.findings, visit, new | {"owner": user})
    promises = {
        key: {name: value for name, value in row.items() if name != "for"} for key, row in rows.commitments.items()
    }
    written = _put(Commitment, promises, visit, new | {"owner": user})
    _link(rows, written)
    note_account(written.values())
    _put(Advice, rows.advice, visit, new)
    _forget_recounted(rows, visit)
    _put(StockSeen, rows.stock, visit, new)
    _put(Collection, rows.collections, visit, new)
    _put(Task, rows.tasks, visit, new | {"owner": user})
    _put(TimeEntry, rows.time, visit, {"user": user, "on": visit.on})


def follow_up(rows: Rows, *, visit: Visit, at: dt.datetime) -> None:
    """Take the next steps of the dealer's issues and settle promises, as far as nobody has done so meanwhile.

    What was said of an issue that has gone on by itself is kept with the visit, which is marked as changed in parallel.
    """
    issues = {row.key: row for row in Finding.objects.filter(key__in=rows.steps, dealer=visit.dealer_id)}
    for key, (seen, text) in rows.steps.items():
        issue = issues.get(key)
        said = f"step:{key}"
        if issue is None or visit.answers.get(said) == text:
            continue
        try:
            take_step(finding_id=issue.pk, text=text, at=at, seen=seen)
        except PlanRefused:
            visit.parallel = True
        visit.answers = visit.answers | {said: text}
    promises = {row.key: row for row in Commitment.objects.filter(key__in=rows.settled, dealer=visit.dealer_id)}
    for key, state in rows.settled.items():
        promise = promises.get(key)
        if promise is None or state == CommitmentState.OPEN:
            continue
        if promise.state == CommitmentState.OPEN or promise.by_figures:
            settle(commitment_id=promise.pk, state=state, on=visit.on)
    advice = {row.key: row for row in Advice.objects.filter(key__in=rows.advised, dealer=visit.dealer_id)}
    for key, (result, note) in rows.advised.items():
        if key in advice and advice[key].result == AdviceResult.OPEN and result != AdviceResult.OPEN:
            say_result(advice_id=advice[key].pk, result=result, note=note)
    if rows.steps:
        visit.save(update_fields=["answers", "parallel"])


def _put(
    model: type[models.Model], rows: dict[uuid.UUID, dict[str, Any]], visit: Visit, new: dict[str, Any]
) -> dict[uuid.UUID, Any]:
    """Make or change the rows of one kind; all of them by key. Raises NotYours for a key of another visit."""
    if not rows:
        return {}
    there = {row.key: row for row in model._default_manager.select_for_update().filter(key__in=rows)}  # type: ignore[attr-defined]
    for key, values in rows.items():
        row: Any = there.get(key)
        if row is None:
            there[key] = model._default_manager.create(key=key, visit=visit, **{**new, **values})
        elif row.visit_id != visit.pk:
            raise NotYours(_("This belongs to another visit."))
        else:
            # What has gone on meanwhile stays: an issue that was solved is not found anew.
            for name, value in values.items():
                if name not in ("state", "analysed_at"):
                    setattr(row, name, value)
            row.save()
    return there


def _link(rows: Rows, written: dict[uuid.UUID, Commitment]) -> None:
    """Tie the dealer's promise to ours that it is for."""
    for key, values in rows.commitments.items():
        ours = written.get(values["for"]) if values["for"] else None
        if ours is not None and written[key].for_promise_id != ours.pk and ours.pk != written[key].pk:
            written[key].for_promise = ours
            written[key].save(update_fields=["for_promise"])


def _forget_recounted(rows: Rows, visit: Visit) -> None:
    """A product that was counted under another key, on another phone or before it was set up anew, is counted again."""
    again = [values["product_id"] for values in rows.stock.values()]
    StockSeen.objects.filter(visit=visit, product__in=again).exclude(key__in=rows.stock).delete()
