"""The territory tree, who works where, and how that changes."""

from __future__ import annotations

from collections import defaultdict

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from accounts import actions
from accounts.choices import Role
from accounts.decorators import demand, right_required
from accounts.forms import AssignForm, EndForm, TerritoryForm
from accounts.models import Territory, TerritoryAssignment
from accounts.panels import panels
from accounts.redirects import back_to
from accounts.requests import SignedIn
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.asked import number
from crm.base.models import Company
from crm.base.text import run_on
from crm.base.undo import offer_undo


def _territory(request: SignedIn, pk: int) -> Territory:
    """404 unless the user sees it."""
    return get_object_or_404(Territory.objects.visible_to(request.user).select_related("parent"), pk=pk)


def _assignments_by_territory(on, territories) -> dict[int, list[TerritoryAssignment]]:
    """Who works where on the day, and who will; one query."""
    found = defaultdict(list)
    rows = TerritoryAssignment.objects.running_or_coming(on).filter(territory__in=territories)
    for assignment in rows.select_related("user", "covers_for").order_by("role", "period", "user__name"):
        found[assignment.territory_id].append(assignment)
    return found


@require_GET
def tree(request: SignedIn) -> HttpResponse:
    """All territories that the user sees, as a tree with the people who work them."""
    scope = scope_of(request.user)
    on = Company.get().today()
    territories = Territory.objects.visible_to(request.user).order_by("path")
    if request.GET.get("closed") != "1":
        territories = territories.open()
    rows = list(territories)
    people = _assignments_by_territory(on, [row.pk for row in rows])
    top = min((row.depth for row in rows), default=0)
    return render(
        request,
        "accounts/territories.html",
        {
            "rows": [
                {"territory": row, "indent": row.depth - top, "people": people.get(row.pk, []),
                 "vacant": not _works_here(people.get(row.pk, []), on)}
                for row in rows
            ],
            "panels": panels(),
            "may_manage": scope.may(Right.MANAGE_TERRITORIES),
            "show_closed": request.GET.get("closed") == "1",
            "today": on,
        },
    )  # fmt: skip


def _works_here(assignments: list[TerritoryAssignment], on) -> bool:
    return any(assignment.runs_on(on) for assignment in assignments)


@require_GET
def territory(request: SignedIn, pk: int) -> HttpResponse:
    """One territory: where it belongs, who works it now, who did and who will."""
    found = _territory(request, pk)
    on = Company.get().today()
    scope = scope_of(request.user)
    assignments = list(
        found.assignments.select_related("user", "covers_for").order_by("-period__startswith", "role", "user__name")
    )
    return render(
        request,
        "accounts/territory.html",
        {
            "territory": found,
            "above": Territory.objects.visible_to(request.user).above(found).exclude(pk=found.pk).order_by("path"),
            "children": found.children.order_by("-active", "path"),
            "now": [a for a in assignments if a.runs_on(on)],
            "coming": [a for a in assignments if a.period.lower and a.period.lower > on],
            "past": [a for a in assignments if a.period.upper and a.period.upper <= on],
            "may_manage": scope.may(Right.MANAGE_TERRITORIES, found.pk),
            "may_audit": scope.may(Right.VIEW_AUDIT, found.pk),
            "panels": panels(),
        },
    )


@right_required(Right.MANAGE_TERRITORIES)
def create(request: SignedIn) -> HttpResponse:
    form = TerritoryForm(
        request.POST or None, actor=request.user, initial={"parent": request.GET.get("parent"), "country": ""}
    )
    if request.method == "POST" and form.is_valid():
        parent = form.cleaned_data["parent"]
        demand(request, Right.MANAGE_TERRITORIES, parent.pk if parent else None)
        try:
            made = actions.create_territory(
                code=form.cleaned_data["code"],
                name=form.cleaned_data["name"],
                parent=parent,
                country=form.cleaned_data["country"],
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, gettext("%(name)s is in the tree.") % {"name": made.name})
            return redirect("accounts:territory", made.pk)
    return _form(request, form, gettext("New territory"), reverse("accounts:territories"))


def edit(request: SignedIn, pk: int) -> HttpResponse:
    """Rename, and move within the tree."""
    found = _territory(request, pk)
    demand(request, Right.MANAGE_TERRITORIES, found.pk)
    old_parent = found.parent
    form = TerritoryForm(request.POST or None, instance=found, actor=request.user)
    if request.method == "POST" and form.is_valid():
        parent = form.cleaned_data.get("parent", old_parent)
        moved = parent != old_parent
        if moved:
            demand(request, Right.MANAGE_TERRITORIES, parent.pk if parent else None)
        found.parent = old_parent
        found.save(update_fields=["name", "code", "country"])
        try:
            if moved:
                actions.move_territory(territory=found, parent=parent)
        except ValidationError as error:
            form.add_error("parent", error)
        else:
            if moved:
                _say_moved(request, found, old_parent)
            else:
                messages.success(request, gettext("%(name)s is saved.") % {"name": found.name})
            return redirect("accounts:territory", found.pk)
    return _form(
        request,
        form,
        gettext("Edit %(name)s") % {"name": Territory.objects.get(pk=pk).name},
        reverse("accounts:territory", args=[pk]),
    )


def _say_moved(request: SignedIn, moved: Territory, old_parent: Territory | None) -> None:
    text = (
        gettext("%(name)s now belongs to %(parent)s.") % {"name": moved.name, "parent": moved.parent.name}
        if moved.parent
        else gettext("%(name)s now stands at the top.") % {"name": moved.name}
    )
    back = reverse("accounts:territory_move", args=[moved.pk])
    offer_undo(request, text, url=f"{back}?parent={old_parent.pk if old_parent else ''}")


@require_POST
def move(request: SignedIn, pk: int) -> HttpResponse:
    """Hang a territory under `parent` (empty: to the top); the way back of an edit."""
    found = _territory(request, pk)
    demand(request, Right.MANAGE_TERRITORIES, found.pk)
    wanted = number(request.POST.get("parent", request.GET.get("parent")))
    parent = None if wanted is None else _territory(request, wanted)
    demand(request, Right.MANAGE_TERRITORIES, parent.pk if parent else None)
    if parent is None and not scope_of(request.user).everything:
        messages.error(request, gettext("Only who sees every territory makes one that stands at the top."))
        return back_to(request, reverse("accounts:territory", args=[pk]))
    old_parent = found.parent
    try:
        actions.move_territory(territory=found, parent=parent)
    except ValidationError as error:
        messages.error(request, run_on(error.messages))
    else:
        _say_moved(request, found, old_parent)
    return back_to(request, reverse("accounts:territory", args=[pk]))


@require_POST
def close(request: SignedIn, pk: int) -> HttpResponse:
    found = _territory(request, pk)
    demand(request, Right.MANAGE_TERRITORIES, found.pk)
    try:
        actions.close_territory(territory=found, on=Company.get().today())
    except actions.TerritoryInUse as error:
        messages.error(request, run_on(error.messages))
    else:
        offer_undo(
            request,
            gettext("%(name)s is closed.") % {"name": found.name},
            url=reverse("accounts:territory_reopen", args=[pk]),
        )
    return back_to(request, reverse("accounts:territory", args=[pk]))


@require_POST
def reopen(request: SignedIn, pk: int) -> HttpResponse:
    found = _territory(request, pk)
    demand(request, Right.MANAGE_TERRITORIES, found.pk)
    actions.reopen_territory(territory=found)
    messages.success(request, gettext("%(name)s is open.") % {"name": found.name})
    return back_to(request, reverse("accounts:territory", args=[pk]))


def assign(request: SignedIn, pk: int) -> HttpResponse:
    """Let somebody work the territory, for good or as temporary cover."""
    found = _territory(request, pk)
    demand(request, Right.MANAGE_TERRITORIES, found.pk)
    form = AssignForm(
        request.POST or None, actor=request.user, territory=found, on=Company.get().today(), initial=request.GET.dict()
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            made = actions.assign(
                actor=request.user,
                territory=found,
                user=values["user"],
                role=Role(values["role"]),
                since=values["since"],
                until=values["until"],
                covers_for=values["covers_for"],
                note=values["note"],
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request,
                gettext("%(person)s works %(territory)s as %(role)s.")
                % {"person": made.user.name, "territory": found.name, "role": made.get_role_display()},
            )
            return redirect("accounts:territory", found.pk)
    return _form(
        request,
        form,
        gettext("Assign somebody to %(name)s") % {"name": found.name},
        reverse("accounts:territory", args=[pk]),
    )


def end(request: SignedIn, pk: int) -> HttpResponse:
    """End an assignment on a day; one that has not begun by then goes away."""
    found = get_object_or_404(
        TerritoryAssignment.objects.visible_to(request.user).select_related("user", "territory"), pk=pk
    )
    demand(request, Right.MANAGE_TERRITORIES, found.territory_id)
    form = EndForm(request.POST or None, assignment=found, on=Company.get().today())
    if request.method == "POST" and form.is_valid():
        try:
            said = actions.end_work(actor=request.user, assignment=found, on=form.cleaned_data["on"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request,
                run_on(
                    [
                        gettext("%(person)s works %(territory)s no longer, from that day on.")
                        % {"person": found.user.name, "territory": found.territory.name},
                        *said,
                    ]
                ),
            )
            return redirect("accounts:territory", found.territory_id)
    return _form(
        request,
        form,
        gettext("End: %(person)s in %(territory)s") % {"person": found.user.name, "territory": found.territory.name},
        reverse("accounts:territory", args=[found.territory_id]),
    )


def _form(request: SignedIn, form, heading: str, back_url: str) -> HttpResponse:
    """The page around one form; 422 when it was refused."""
    context = {"form": form, "heading": heading, "back_url": back_url}
    return render(request, "accounts/form.html", context, status=422 if form.errors else 200)
