"""The ledger of promotion money: append-only, double-entry, kept by the database.

A posting has entries that sum to zero. Writing an entry moves the balance of its account; a balance below zero is
refused. Both are done by triggers and constraints, so that no program can spend what is not there
(docs/decisions/0012).
"""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from promotions.choices import AccountKind, PostingKind
from promotions.models.budgets import Budget
from promotions.querysets import OfBudgetQuerySet

# As histories do: see accounts.append_only for the one door that tests have.
_NEVER_EMPTIED = """
    IF current_setting('audit.truncation', true) IS DISTINCT FROM 'allowed' THEN
        RAISE EXCEPTION 'The ledger can only be added to: % cannot be truncated', TG_TABLE_NAME;
    END IF;
    RETURN NULL;
"""


def _append_only() -> list[pgtrigger.Trigger]:
    return [
        pgtrigger.Protect(name="only_added_to", operation=pgtrigger.Update | pgtrigger.Delete),
        pgtrigger.Trigger(
            name="never_emptied", level=pgtrigger.Statement, when=pgtrigger.Before, operation=pgtrigger.Truncate,
            func=_NEVER_EMPTIED,
        ),
    ]  # fmt: skip


class Earmark(models.Model):
    """Money of one budget that is set aside for one thing: a line of a promotion, a support, a rebate."""

    budget = models.ForeignKey(Budget, models.PROTECT, related_name="earmarks", verbose_name=_("budget"))
    title = models.CharField(_("what for"), max_length=200)
    created_at = models.DateTimeField(_("created"))

    objects = OfBudgetQuerySet.as_manager()

    class Meta:
        verbose_name = _("earmark")
        verbose_name_plural = _("earmarks")

    def __str__(self) -> str:
        return self.title


class Account(models.Model):
    """A balance. The company's source is one a currency; a budget has one, of what is available; an earmark has three.

    `balance` is the sum of the entries; only their trigger writes it.
    """

    budget = models.ForeignKey(Budget, models.PROTECT, null=True, related_name="accounts", db_index=False)
    earmark = models.ForeignKey(Earmark, models.PROTECT, null=True, related_name="accounts", db_index=False)
    kind = models.CharField(_("kind"), max_length=12, choices=AccountKind)
    currency = models.CharField(_("currency"), max_length=3)
    balance = models.DecimalField(_("balance"), max_digits=18, decimal_places=4, default=0, db_default=0)

    objects = OfBudgetQuerySet.as_manager()

    class Meta:
        verbose_name = _("account of the ledger")
        verbose_name_plural = _("accounts of the ledger")
        constraints = [
            # Overspending is impossible: whatever writes an entry fails here.
            models.CheckConstraint(condition=Q(kind="SOURCE") | Q(balance__gte=0), name="account_not_overdrawn"),
            models.CheckConstraint(
                condition=Q(kind="SOURCE", budget__isnull=True, earmark__isnull=True)
                | Q(kind="AVAILABLE", budget__isnull=False, earmark__isnull=True)
                | Q(kind__in=["RESERVED", "COMMITTED", "PAID"], budget__isnull=False, earmark__isnull=False),
                name="account_belongs_where_its_kind_does",
            ),
            # Also serves the sums of a budget's page.
            models.UniqueConstraint(
                fields=["budget", "kind", "earmark", "currency"], name="account_once", nulls_distinct=False
            ),
            # The accounts of one earmark, with every posting.
            models.UniqueConstraint(fields=["earmark", "kind"], name="account_once_an_earmark"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="begins_empty", when=pgtrigger.Before, operation=pgtrigger.Insert,
                func="""
                    IF NEW.balance <> 0 THEN RAISE EXCEPTION 'An account begins with nothing'; END IF;
                    IF NEW.budget_id IS NOT NULL AND NEW.currency IS DISTINCT FROM
                        (SELECT currency FROM promotions_budget WHERE id = NEW.budget_id) THEN
                        RAISE EXCEPTION 'An account is in the currency of its budget';
                    END IF;
                    IF NEW.earmark_id IS NOT NULL AND NEW.budget_id IS DISTINCT FROM
                        (SELECT budget_id FROM promotions_earmark WHERE id = NEW.earmark_id) THEN
                        RAISE EXCEPTION 'An account belongs to the budget of its earmark';
                    END IF;
                    RETURN NEW;
                """,
            ),
            # One level deep is a statement of a program, two the trigger of an entry.
            pgtrigger.Trigger(
                name="moved_by_entries_alone", when=pgtrigger.Before, operation=pgtrigger.Update,
                func="""
                    IF pg_trigger_depth() < 2 OR (NEW.id, NEW.kind, NEW.currency, NEW.budget_id, NEW.earmark_id)
                        IS DISTINCT FROM (OLD.id, OLD.kind, OLD.currency, OLD.budget_id, OLD.earmark_id) THEN
                        RAISE EXCEPTION 'A balance is moved by entries alone';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.balance} {self.currency}"


class Posting(models.Model):
    """One movement of money, done once: a second one with its key is the same one."""

    key = models.CharField(_("key"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=PostingKind)
    # The budget and the earmark that it is told with; of a transfer the one that gives.
    budget = models.ForeignKey(Budget, models.PROTECT, related_name="postings", db_index=False)
    earmark = models.ForeignKey(Earmark, models.PROTECT, null=True, related_name="postings")
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=4)
    currency = models.CharField(_("currency"), max_length=3)
    on = models.DateField(_("day"))
    at = models.DateTimeField(_("posted"))
    by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", verbose_name=_("by"), db_index=False)  # fmt: skip
    note = models.CharField(_("note"), max_length=300, blank=True, default="")

    objects = OfBudgetQuerySet.as_manager()

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="posting_is_something")]
        # The budget's page, and its burn-down by day.
        indexes = [models.Index(fields=["budget", "-id"], name="posting_by_budget")]
        triggers = [
            *_append_only(),
            pgtrigger.Trigger(
                name="has_entries", when=pgtrigger.After, operation=pgtrigger.Insert, timing=pgtrigger.Deferred,
                func="""
                    IF NOT EXISTS (SELECT FROM promotions_entry WHERE posting_id = NEW.id) THEN
                        RAISE EXCEPTION 'Posting % has no entries', NEW.id USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount} {self.currency}"


class Entry(models.Model):
    """What a posting moves into (above zero) or out of an account."""

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="entries")
    account = models.ForeignKey(Account, models.PROTECT, related_name="entries")
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=4)

    class Meta:
        verbose_name = _("entry of the ledger")
        verbose_name_plural = _("entries of the ledger")
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="entry_moves_something")]
        triggers = [
            *_append_only(),
            pgtrigger.Trigger(
                name="moves_the_balance", when=pgtrigger.After, operation=pgtrigger.Insert,
                func="""
                    UPDATE promotions_account SET balance = balance + NEW.amount WHERE id = NEW.account_id;
                    RETURN NULL;
                """,
            ),
            # At the end of the transaction, when all entries of the posting are there.
            pgtrigger.Trigger(
                name="sums_to_zero", when=pgtrigger.After, operation=pgtrigger.Insert, timing=pgtrigger.Deferred,
                func="""
                    PERFORM FROM promotions_entry e JOIN promotions_account a ON a.id = e.account_id
                      JOIN promotions_posting p ON p.id = e.posting_id
                     WHERE e.posting_id = NEW.posting_id
                    HAVING sum(e.amount) <> 0 OR bool_or(a.currency <> p.currency)
                        OR sum(e.amount) FILTER (WHERE e.amount > 0) <> max(p.amount);
                    IF FOUND THEN
                        RAISE EXCEPTION 'The entries of posting % do not balance', NEW.posting_id
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.account_id} {self.amount:+}"
