"""The rules of warnings: what each kind watches, the versions of a rule, drafts, quiet periods, switching on and off."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import right_required
from accounts.models import Territory, User
from accounts.rights import Right
from accounts.scope import scope_of
from alerts import access, kinds, publishing, rule_words, trials
from alerts.kinds.kind import Kind
from alerts.models import AlertRule, Case, QuietPeriod, RuleTrial, RuleVersion
from alerts.rule_forms import QuietForm, ScopeForm, TermsForm
from dealers.views.access import posted, today, user_of

# Try-outs of a rule that its page names.
TRIALS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule in the list: the version that counts (None: not yet), and how many of its cases the reader sees running."""

    rule: AlertRule
    scope: str
    version: RuleVersion | None
    limits: list[rule_words.LimitRow]
    running: int
    draft: RuleVersion | None
    planned: RuleVersion | None
    quiet: bool


@require_GET
@right_required(Right.EDIT_POLICY)
def listed(request: HttpRequest) -> HttpResponse:
    """All kinds with their rules, and why some of them sleep."""
    user, on = user_of(request), today()
    lines = _lines(user, on)
    shown = [(kind, lines.get(kind.code, [])) for kind in kinds.registered()]
    context = {
        "kinds": [(kind, those) for kind, those in shown if not kind.dormant],
        "asleep": [kind for kind in kinds.registered() if kind.dormant],
        "today": on,
    }
    return render(request, "alerts/rules/list.html", context)


def _lines(user: User, on: dt.date) -> dict[str, list[RuleLine]]:
    counting = {version.rule_id: version for version in RuleVersion.objects.on(on)}
    running = dict(
        Case.objects.visible_to(user).running().order_by().values_list("version__rule").annotate(Count("pk"))
    )
    drafts = {version.rule_id: version for version in RuleVersion.objects.filter(published_at=None).order_by("pk")}
    later = RuleVersion.objects.published().filter(active_from__gt=on).order_by("-active_from")
    planned = {version.rule_id: version for version in later}
    quiet = set(QuietPeriod.objects.filter(starts_on__lte=on, ends_on__gt=on).values_list("rule", flat=True))
    found: dict[str, list[RuleLine]] = {}
    for rule in AlertRule.objects.select_related("territory").order_by("territory__path", "pk"):
        kind = kinds.get(rule.kind)
        if kind is None:
            continue
        version = counting.get(rule.pk)
        limits = rule_words.limit_rows(version, kind) if version else []
        found.setdefault(rule.kind, []).append(
            RuleLine(
                rule, rule_words.scope_of_rule(rule), version, limits, running.get(rule.pk, 0), drafts.get(rule.pk),
                planned.get(rule.pk), rule.pk in quiet,
            )
        )  # fmt: skip
    return found


def rule_or_404(request: HttpRequest, pk: int, *, write: bool = False) -> tuple[AlertRule, Kind]:
    """A rule with its kind; 403 for who reads no rules, or with `write` for who does not write this one."""
    user = user_of(request)
    if not access.may_edit_rules(user):
        raise PermissionDenied
    rule = get_object_or_404(AlertRule.objects.select_related("territory", "created_by"), pk=pk)
    kind = kinds.get(rule.kind)
    if kind is None:
        raise Http404
    if write and not access.may_edit_rule(user, rule.territory_id):
        raise PermissionDenied
    return rule, kind


def version_or_404(request: HttpRequest, pk: int) -> tuple[RuleVersion, Kind]:
    """A version of a rule that the reader writes, with the kind."""
    if not access.may_edit_rules(user_of(request)):
        raise PermissionDenied
    version = get_object_or_404(RuleVersion.objects.select_related("rule__territory"), pk=pk)
    rule, kind = rule_or_404(request, version.rule_id, write=True)
    version.rule = rule
    return version, kind


@require_GET
def rule(request: HttpRequest, pk: int) -> HttpResponse:
    """What a rule says now, what it said before, and what is drafted."""
    found, kind = rule_or_404(request, pk)
    return _page(request, found, kind)


def _page(request: HttpRequest, found: AlertRule, kind: Kind, *, quiet_form: QuietForm | None = None) -> HttpResponse:
    on = today()
    versions = list(found.versions.published().select_related("published_by").order_by("active_from"))
    history = [
        (version, rule_words.changes(before, version, kind))
        for before, version in zip([None, *versions], versions, strict=False)
    ]
    counting = next((version for version in reversed(versions) if version.active_from <= on), None)
    draft = _draft_of(found)
    may_write = access.may_edit_rule(user_of(request), found.territory_id)
    running = Case.objects.visible_to(user_of(request)).running().filter(version__rule=found).count()
    context = {
        "rule": found, "kind": kind, "scope": rule_words.scope_of_rule(found), "counting": counting, "draft": draft,
        "draft_changes": rule_words.changes(counting, draft, kind) if draft else [],
        "limits": rule_words.limit_rows(counting, kind) if counting else [],
        "terms": [line for line in rule_words.lines(counting, kind) if "." not in line.key or line.key.startswith("parameter")] if counting else [],
        "history": history[::-1], "may_write": may_write, "running": running, "today": on,
        "tomorrow": publishing.first_free_day(found, on + dt.timedelta(days=1)),
        "quiet_periods": found.quiet_periods.all(), "quiet_form": quiet_form or QuietForm(),
        "trials": found.trials.select_related("asked_by", "version")[:TRIALS_SHOWN],
        "can_try": not kind.entered,
    }  # fmt: skip
    status = 422 if quiet_form is not None and quiet_form.errors else 200
    return render(request, "alerts/rules/rule.html", context, status=status)


def _draft_of(found: AlertRule) -> RuleVersion | None:
    draft: RuleVersion | None = found.versions.filter(published_at=None).order_by("-pk").first()
    if draft is not None:
        draft.rule = found
    return draft


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft the next version: keep the draft, try it on the past, or let it count."""
    found, kind = rule_or_404(request, pk, write=True)
    on = today()
    tomorrow = publishing.first_free_day(found, on + dt.timedelta(days=1))
    version = _draft_of(found) or publishing.draft_of(found, tomorrow, note="")
    before = found.versions.published().filter(active_from__lte=on).order_by("-active_from").first()
    form = TermsForm(posted(request), kind=kind, version=version, rule=found, on=on)
    if request.method == "POST" and form.is_valid() and (answer := _keep(request, form, found)):
        return answer
    context = {
        "form": form, "rule": found, "kind": kind, "scope": rule_words.scope_of_rule(found), "before": before,
        "can_try": not kind.entered,
    }  # fmt: skip
    return render(request, "alerts/rules/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@right_required(Right.EDIT_POLICY)
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """A rule of its own for some dealers: scope and terms at once."""
    user, on, of_kind = user_of(request), today(), kinds.get(kind)
    if of_kind is None:
        raise Http404
    scope = scope_of(user)
    territories = Territory.objects.order_by("path")
    if not scope.superuser and not scope.where(Right.EDIT_POLICY).everything:
        territories = territories.filter(pk__in=scope.where(Right.EDIT_POLICY).territory_ids)
    scope_form = ScopeForm(
        posted(request), kind=of_kind, territories=territories, may_everywhere=access.may_edit_rule(user, None)
    )
    everywhere = AlertRule.objects.filter(kind=kind, territory=None, countries=[], dealer_kinds=[], tiers=[]).first()
    version = publishing.draft_of(everywhere or AlertRule(kind=kind), on + dt.timedelta(days=1), note="")
    version.on = True
    form = TermsForm(posted(request), kind=of_kind, version=version, rule=None, on=on)
    if request.method == "POST" and form.is_valid() & scope_form.is_valid():
        cleaned = scope_form.cleaned_data
        with transaction.atomic():
            made = publishing.make_rule(
                kind=kind, by=user, territory=cleaned["territory"], countries=cleaned["countries"],
                dealer_kinds=cleaned["dealer_kinds"], tiers=scope_form.tier_codes,
            )  # fmt: skip
            answer = _keep(request, form, made)
            if answer is None:
                transaction.set_rollback(True)
        if answer is not None:
            return answer
    context = {
        "form": form, "scope_form": scope_form, "kind": of_kind, "before": None, "can_try": not of_kind.entered,
    }  # fmt: skip
    status = 422 if form.errors or scope_form.errors else 200
    return render(request, "alerts/rules/form.html", context, status=status)


def _keep(request: HttpRequest, form: TermsForm, found: AlertRule) -> HttpResponse | None:
    """Keep the draft and do what was asked for with it; None, with an error in the form, when that is refused."""
    user, at, on, version = user_of(request), timezone.now(), today(), form.filled(found)
    what = request.POST.get("do", "")
    try:
        with transaction.atomic():
            publishing.check_version(version)
            version.save()
            if what == "publish":
                publishing.publish(version=version, by=user, at=at, on=on)
    except publishing.RuleRefused as refused:
        version.published_at = None
        form.add_error(None, str(refused))
        return None
    if what == "publish":
        messages.success(request, _counts_text(version))
        return redirect("alerts:rule", pk=found.pk)
    if what == "try":
        return redirect("alerts:trial", pk=trials.ask(version=version, by=user, at=at, on=on).pk)
    messages.success(request, _("The draft is kept. It counts once it is switched on."))
    return redirect("alerts:rule", pk=found.pk)


def _counts_text(version: RuleVersion) -> str:
    return _("The version counts from %(day)s on.") % {"day": date_format(version.active_from, "DATE_FORMAT")}


@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch a rule on or off from tomorrow, by a version like the last one."""
    found, _kind = rule_or_404(request, pk, write=True)
    turn_on, on = request.POST.get("on") == "1", today()
    day = publishing.first_free_day(found, on + dt.timedelta(days=1))
    try:
        version = publishing.switch(
            rule=found, turn_on=turn_on, by=user_of(request), at=timezone.now(), on=on, starts_on=day
        )
    except publishing.RuleRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _counts_text(version))
    return redirect("alerts:rule", pk=found.pk)


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a draft count, from its day or, when that is over or taken, from the next free one after today."""
    version, _kind = version_or_404(request, pk)
    on = today()
    version.active_from = publishing.first_free_day(
        version.rule, max(version.active_from, on + dt.timedelta(days=1)), but=version
    )
    try:
        publishing.publish(version=version, by=user_of(request), at=timezone.now(), on=on)
    except publishing.RuleRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _counts_text(version))
    return redirect("alerts:rule", pk=version.rule_id)


@require_POST
def drop_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    version, _kind = version_or_404(request, pk)
    try:
        gone = publishing.drop_draft(version=version, by=user_of(request))
    except publishing.RuleRefused as refused:
        messages.error(request, str(refused))
        gone = False
    else:
        messages.success(request, _("The draft is gone."))
    return redirect("alerts:rules") if gone else redirect("alerts:rule", pk=version.rule_id)


@require_POST
def add_quiet(request: HttpRequest, pk: int) -> HttpResponse:
    """Days on which the rule makes nothing worse."""
    found, kind = rule_or_404(request, pk, write=True)
    form = QuietForm(request.POST)
    if not form.is_valid():
        return _page(request, found, kind, quiet_form=form)
    try:
        publishing.add_quiet_period(rule=found, by=user_of(request), **form.cleaned_data)
    except publishing.RuleRefused as refused:
        form.add_error(None, str(refused))
        return _page(request, found, kind, quiet_form=form)
    messages.success(request, _("Saved."))
    return redirect("alerts:rule", pk=found.pk)


@require_POST
def drop_quiet(request: HttpRequest, pk: int) -> HttpResponse:
    """The days count again."""
    if not access.may_edit_rules(user_of(request)):
        raise PermissionDenied
    period = get_object_or_404(QuietPeriod.objects.select_related("rule"), pk=pk)
    found, _kind = rule_or_404(request, period.rule_id, write=True)
    publishing.drop_quiet_period(period=period, by=user_of(request))
    messages.success(request, _("The quiet period is gone."))
    return redirect("alerts:rule", pk=found.pk)


def trial_or_404(request: HttpRequest, pk: int) -> tuple[RuleTrial, Kind]:
    """A try-out of a rule that the reader writes, with the kind."""
    if not access.may_edit_rules(user_of(request)):
        raise PermissionDenied
    trial = get_object_or_404(RuleTrial.objects.select_related("version", "asked_by"), pk=pk)
    found, kind = rule_or_404(request, trial.rule_id, write=True)
    trial.rule = trial.version.rule = found
    return trial, kind
