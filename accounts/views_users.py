"""Users: who there is, what they may, how they come and go."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.postgres.aggregates import ArrayAgg
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from accounts import actions, passing_on
from accounts.choices import Role
from accounts.decorators import right_required
from accounts.forms import HandoverForm, UserFilterForm, UserForm
from accounts.invitations import invite
from accounts.models import TerritoryAssignment, User
from accounts.redirects import back_to
from accounts.requests import SignedIn
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.asked import number
from crm.base.models import Company
from crm.base.text import run_on
from crm.base.undo import offer_undo

PAGE = 50


def _user(request: SignedIn, pk: int) -> User:
    """404 unless the user works somewhere that the asking one sees."""
    return get_object_or_404(User.objects.visible_to(request.user).select_related("manager"), pk=pk)


def _may_edit(request: SignedIn, user: User) -> None:
    """Who works above the asking administrator's territories is not hers to change; 403."""
    scope = scope_of(request.user)
    if user.is_superuser and not scope.superuser:
        raise PermissionDenied
    if not scope.everything:
        elsewhere = user.assignments.running_or_coming(Company.get().today()).exclude(territory__in=scope.territory_ids)
        if elsewhere.exists():
            raise PermissionDenied


@require_GET
@right_required(Right.MANAGE_TERRITORIES)
def users(request: SignedIn) -> HttpResponse:
    """The list, by name; keyset paging."""
    form = UserFilterForm(request.GET)
    form.is_valid()
    asked = _filtered(User.objects.visible_to(request.user), form.cleaned_data)
    found, previous, following = _page(request, asked)
    on = Company.get().today()
    running = TerritoryAssignment.objects.running(on).filter(user__in=[user.pk for user in found])
    roles = dict(running.values("user").annotate(held=ArrayAgg("role", distinct=True)).values_list("user", "held"))
    places: dict[int, list[str]] = {}
    for user_pk, name in running.order_by("territory__path").values_list("user", "territory__name"):
        places.setdefault(user_pk, []).append(name)
    return render(
        request,
        "accounts/users.html",
        {
            "form": form,
            "rows": [
                {
                    "user": user,
                    "roles": [Role(role).label for role in roles.get(user.pk, [])],
                    "places": places.get(user.pk, []),
                }
                for user in found
            ],
            "previous_url": previous,
            "next_url": following,
            "may_edit": scope_of(request.user).may(Right.MANAGE_USERS),
        },
    )


def _filtered(found: QuerySet[User], values: dict) -> QuerySet[User]:
    if values.get("q"):
        q = values["q"].strip()
        found = found.filter(Q(name__icontains=q) | Q(email__icontains=q) | Q(staff_code__istartswith=q))
    if values.get("role"):
        running = TerritoryAssignment.objects.running(Company.get().today()).filter(role=values["role"])
        found = found.filter(pk__in=running.values("user"))
    state = values.get("state", "")
    if state != "all":
        found = found.filter(is_active=state != "closed")
    return found


def _page(request: SignedIn, found: QuerySet[User]) -> tuple[list[User], str, str]:
    """One page after or before a user's pk, and the addresses of its neighbours (empty: none)."""
    after, before = number(request.GET.get("after")), number(request.GET.get("before"))
    wanted = before if after is None else after
    edge = None if wanted is None else User.objects.filter(pk=wanted).first()
    backwards = before is not None and after is None
    if edge is not None:
        step = "lt" if backwards else "gt"
        found = found.filter(Q(**{f"name__{step}": edge.name}) | Q(name=edge.name, **{f"pk__{step}": edge.pk}))
    order = ("-name", "-pk") if backwards else ("name", "pk")
    rows = list(found.select_related("manager").order_by(*order)[: PAGE + 1])
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    if backwards:
        rows.reverse()
    has_previous = bool(edge) if not backwards else more
    has_next = more if not backwards else bool(edge)
    query = request.GET.copy()
    query.pop("after", None)
    query.pop("before", None)

    def url(key: str, pk: int) -> str:
        return f"{request.path}?{query.urlencode()}{'&' if query else ''}{key}={pk}"

    previous = url("before", rows[0].pk) if rows and has_previous else ""
    following = url("after", rows[-1].pk) if rows and has_next else ""
    return rows, previous, following


@require_GET
@right_required(Right.MANAGE_TERRITORIES)
def user(request: SignedIn, pk: int) -> HttpResponse:
    found = _user(request, pk)
    on = Company.get().today()
    scope = scope_of(request.user)
    assignments = list(
        found.assignments.visible_to(request.user)
        .select_related("territory", "covers_for")
        .order_by("-period__startswith", "territory__path")
    )
    return render(
        request,
        "accounts/user.html",
        {
            "person": found,
            "team": found.team.visible_to(request.user).active().order_by("name"),
            "now": [a for a in assignments if a.runs_on(on)],
            "coming": [a for a in assignments if a.period.lower and a.period.lower > on],
            "past": [a for a in assignments if a.period.upper and a.period.upper <= on],
            "covered_by": found.covered_by.running_or_coming(on)
            .visible_to(request.user)
            .select_related("user", "territory"),
            "may_edit": scope.may(Right.MANAGE_USERS) and (scope.superuser or not found.is_superuser),
            "may_audit": scope.may(Right.VIEW_AUDIT),
            "has_password": found.has_usable_password(),
        },
    )


@right_required(Right.MANAGE_USERS)
def create(request: SignedIn) -> HttpResponse:
    """An account; its invitation goes out at once."""
    form = UserForm(request.POST or None, actor=request.user)
    if request.method == "POST" and form.is_valid():
        made = actions.create_user(**form.cleaned_data)
        invite(request, made)
        messages.success(
            request,
            gettext("%(name)s has an account; the invitation went to %(email)s. Now assign a territory.")
            % {"name": made.name, "email": made.email},
        )
        return redirect("accounts:user", made.pk)
    return _form(request, form, gettext("New user"), reverse("accounts:users"))


@right_required(Right.MANAGE_USERS)
def edit(request: SignedIn, pk: int) -> HttpResponse:
    found = _user(request, pk)
    _may_edit(request, found)
    form = UserForm(request.POST or None, instance=found, actor=request.user)
    if request.method == "POST" and form.is_valid():
        actions.update_user(user=form.save(commit=False))
        messages.success(request, gettext("%(name)s is saved.") % {"name": found.name})
        return redirect("accounts:user", found.pk)
    heading = gettext("Edit %(name)s") % {"name": form.initial["name"]}
    return _form(request, form, heading, reverse("accounts:user", args=[pk]))


@require_POST
@right_required(Right.MANAGE_USERS)
def send_invitation(request: SignedIn, pk: int) -> HttpResponse:
    """Once more, for who lost the mail; also the way to a new password."""
    found = _user(request, pk)
    _may_edit(request, found)
    if not found.is_active:
        messages.error(request, gettext("This account is closed."))
    else:
        invite(request, found)
        messages.success(request, gettext("The invitation went to %(email)s.") % {"email": found.email})
    return back_to(request, reverse("accounts:user", args=[pk]))


@require_POST
@right_required(Right.MANAGE_USERS)
def deactivate(request: SignedIn, pk: int) -> HttpResponse:
    found = _user(request, pk)
    _may_edit(request, found)
    try:
        actions.deactivate_user(actor=request.user, user=found)
    except ValidationError as error:
        messages.error(request, run_on(error.messages))
    else:
        offer_undo(
            request,
            gettext("The account of %(name)s is closed and signed out everywhere.") % {"name": found.name},
            url=reverse("accounts:user_reactivate", args=[pk]),
        )
    return back_to(request, reverse("accounts:user", args=[pk]))


@require_POST
@right_required(Right.MANAGE_USERS)
def reactivate(request: SignedIn, pk: int) -> HttpResponse:
    found = _user(request, pk)
    _may_edit(request, found)
    actions.reactivate_user(user=found)
    messages.success(request, gettext("The account of %(name)s is open.") % {"name": found.name})
    return back_to(request, reverse("accounts:user", args=[pk]))


@right_required(Right.MANAGE_TERRITORIES)
def handover(request: SignedIn, pk: int) -> HttpResponse:
    """All territories of somebody who leaves, to another, in one step: first what would happen, then it happens."""
    leaver = _user(request, pk)
    scope = scope_of(request.user)
    within = None if scope.everything else scope.territory_ids
    form = HandoverForm(request.POST or None, actor=request.user, leaver=leaver, on=Company.get().today())
    plan, told = None, []
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if "confirm" in request.POST:
            try:
                done = actions.hand_over(
                    actor=request.user,
                    leaver=leaver,
                    successor=values["successor"],
                    on=values["on"],
                    note=values["note"],
                    within=within,
                )
            except ValidationError as error:
                form.add_error(None, error)
            else:
                text = actions.handed_over_text(len(done.passed), leaver, values["successor"])
                messages.success(request, run_on([text, *done.said]))
                return redirect("accounts:user", leaver.pk)
        else:
            plan = actions.plan_handover(leaver=leaver, successor=values["successor"], on=values["on"], within=within)
            told = passing_on.foretell(
                passing_on.Change(
                    leaver, values["successor"], [each.assignment for each in plan], values["on"], request.user
                )
            )
    context = {
        "form": form,
        "heading": gettext("Hand over what %(name)s works") % {"name": leaver.name},
        "back_url": reverse("accounts:user", args=[pk]),
        "plan": plan,
        "told": told,
        "leaver": leaver,
    }
    return render(request, "accounts/form.html", context, status=422 if form.errors else 200)


def _form(request: SignedIn, form, heading: str, back_url: str) -> HttpResponse:
    context = {"form": form, "heading": heading, "back_url": back_url}
    return render(request, "accounts/form.html", context, status=422 if form.errors else 200)
