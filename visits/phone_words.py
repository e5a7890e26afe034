"""The texts of the phone pages, which are drawn on the phone: they come with the page, in the reader's language.

What stands in `%(name)s` is filled in by frontend/phone/words.js. Figures stand behind a colon or a unit, so that no text
needs a plural.
"""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from crm.base.text import labelled, list_separator
from visits.choices import (
    Area,
    CheckInOutcome,
    CommitmentKind,
    CommitmentState,
    ExpenseCategory,
    ExpenseState,
    FindingState,
    Means,
    PaymentMethod,
    Purpose,
    Result,
    SkipReason,
    TimeCategory,
    TimeRobber,
    VisitState,
)
from visits.form import SECTIONS

_CHOICES: tuple[type[TextChoices], ...] = (
    Area, CheckInOutcome, CommitmentKind, CommitmentState, ExpenseCategory, ExpenseState, FindingState, Means, PaymentMethod, Purpose, Result, SkipReason, TimeCategory, TimeRobber,
    VisitState,
)  # fmt: skip


def choices() -> dict[str, list[list[str]]]:
    """Values and labels by the choice's name; and short lists of reasons, whose label is what is written down."""
    found = {each.__name__: [[value, str(label)] for value, label in each.choices] for each in _CHOICES}
    away = [
        _("The dealer met me elsewhere"), _("Warehouse or second shop"), _("The place in the file is wrong"),
        _("No good position indoors"), _("Noted on the way"),
    ]  # fmt: skip
    not_possible = [
        _("No time"), _("The dealer did not want to"), _("The person in charge was away"), _("Not accessible"),
        _("Not applicable here"), _("Done the last time"),
    ]  # fmt: skip
    kit = [
        _("Price list and quotation forms"),
        _("Collection summary: see receivables below"),
        _("Calculator, pen, notebook"),
    ]
    for name, texts in (("away", away), ("not_possible", not_possible), ("kit", kit)):
        found[name] = [[text, text] for text in texts]
    return found


def words() -> dict[str, str]:
    found = {f"section_{section.key}": str(section.label) for section in SECTIONS}
    found |= {f"section_{section.key}_help": str(section.help) for section in SECTIONS}
    found |= _of_today() | _of_a_visit() | _of_the_form() | _of_the_queue() | _of_the_day() | _of_expenses()
    return found


def _of_today() -> dict[str, str]:
    return {
        "today": _("Today"),
        "stops_done": _("%(done)s of %(all)s made"),
        "all_stops": _("Other stops"),
        "stops_count": _("Stops: %(count)s"),
        "visit_another": _("Visit another dealer"),
        "nothing_kept": _("Nothing is on this phone yet"),
        "nothing_kept_help": _("Open this page once with a signal; from then on it works without one."),
        "all_made": _("All stops of today are made"),
        "all_made_help": _("Write down the day, or visit another dealer."),
        "no_stops": _("No stops are planned for today"),
        "no_stops_help": _("Visit a dealer that is due, or ask your manager for a plan."),
        "metres": _("%(metres)s m"),
        "kilometres": _("%(km)s km"),
        "minutes": _("%(minutes)s min"),
        "with": _("together with %(name)s"),
        "covers_for": _("for %(name)s"),
        "call": pgettext("by telephone", "Call"),
        "navigate": _("Navigate"),
        "open_visit": _("Open visit"),
        "go_on": _("Go on writing"),
        "due_not_planned": _("Due and not planned"),
        "day_and_tasks": _("Day and tasks"),
        "due_today_count": _("due: %(count)s"),
        "needs_attention": _("Needs attention"),
        "waits": _("Waits to be sent"),
        "attention_count": _("Needs attention: %(count)s"),
        "waiting_count": _("Waits to be sent: %(count)s"),
        "no_signal": _("No signal"),
        "all_sent": _("Everything is sent"),
        "all_sent_help": _("What you write without a signal waits here until it can be sent."),
        "as_of": pgettext("of data on a phone", "as of %(time)s"),
        "tier": _("Tier %(tier)s"),
        "no_dealer": _("No dealer of yours is called that."),
        "search_dealers": _("Search your dealers"),
        "off_plan": _("off plan"),
        "no_storage": _("This browser does not let the page keep anything. Leave the private window or free some space, then try again: what you write would be lost."),
        "try_again": _("Try again"),
        # As the server joins them (crm.base.text); the phone fills in what stands on both sides of the colon.
        "list_separator": list_separator(),
        "labelled": labelled("%(label)s", "%(text)s"),
        "close": _("Close"),
        "cancel": _("Cancel"),
        "save": _("Save"),
        "remove": _("Remove"),
        "yes": _("Yes"),
        "no": _("No"),
        "leave_title": _("Sign out and clear this phone?"),
        "leave_help": _("Not sent yet: %(count)s. Signing out deletes it from this phone for good."),
        "leave_anyway": _("Sign out and delete"),
        "leave_offline": _("Signing out needs a signal. What you wrote stays on this phone meanwhile."),
        "stay": _("Stay signed in"),
    }  # fmt: skip


def _of_a_visit() -> dict[str, str]:
    return {
        "visit_gone": _("This visit is no longer on this phone."),
        "brief": _("Before you go in"),
        "ready": _("Are you ready?"),
        "objective": pgettext("of a visit", "Objective"),
        "objective_help": _("What should be different after this visit?"),
        "objective_needed": _("Set objective and purpose first: the visit is held against them at its end."),
        "purpose": _("Purpose"),
        "means": pgettext("of a visit", "How"),
        "start": _("Start visit"),
        "skip": _("Skip"),
        "discard": _("Discard"),
        "skip_title": _("Skip %(name)s?"),
        "why_not": _("Why not"),
        "in_words": _("In words"),
        "saved_at": _("saved on this phone %(time)s"),
        "not_saved": _("Could not be saved on this phone. Is it full?"),
        "changed_elsewhere": _("Changed in another tab"),
        "changed_elsewhere_help": _("This visit was written on, or sent, in another tab of this phone. Here is how it stands now."),
        "look": _("Look at it"),
        "since": _("since %(time)s"),
        "finding_place": _("Looking for the position…"),
        "consent": _("Record where visits begin?"),
        "consent_help": _("At the start of a visit the phone's position can be noted, once, to show that you were at the dealer's (within %(metres)s m). It is never followed in between. You can say no: visits then count as not verified, and everything else works the same."),
        "consent_yes": _("Yes, record it"),
        "consent_no": _("No"),
        "away_because": _("You seem to be away from the dealer's. Why?"),
        "away_needed": _("Say why you were away from the dealer's."),
        "to_the_end": _("To the end"),
        "at_the_end": _("At the end"),
        "back_to_form": _("Back"),
        "finish": _("Finish visit"),
        "result": _("Was the objective met?"),
        "result_note": _("What came of it"),
        "result_needed": _("Say whether the objective was met."),
        "still_missing": _("Still missing. Fill it in, or say why it was not possible."),
        "missing_names": _("Still missing: %(names)s"),
        "we_promised": _("We promised"),
        "they_promised": _("The dealer promised"),
        "nothing_promised": _("Nobody promised anything."),
        "by_day": _("by %(day)s"),
    }  # fmt: skip


def _of_the_form() -> dict[str, str]:
    return {
        "since_last": _("Since the last visit"),
        "step_FOUND": _("What is the cause?"),
        "step_ANALYSED": _("What solved it?"),
        "step_SOLVED": _("Who confirms that it is solved?"),
        "was_it_kept": _("Was it kept?"),
        "needed": _("needed"),
        "from_to": _("From %(least)s to %(most)s"),
        "at_least": _("At least %(least)s"),
        "at_most": _("At most %(most)s"),
        "not_possible": _("not possible"),
        "not_possible_because": _("Not possible because …"),
        "in_the_dealers_words": _("In the dealer's own words"),
        "talked_to": _("Talked to"),
        "add_problem": _("Add a problem the dealer names"),
        "problem": _("Problem"),
        "add_latent": _("Add what the dealer has not noticed"),
        "latent_problem": _("What you noticed"),
        "area": _("Area"),
        "cause_and_date": _("Cause and date"),
        "cause": _("Cause"),
        "solve_by": _("To be solved by"),
        "venting": _("The dealer let off steam"),
        "main_brand": _("Brand the dealer pushes most"),
        "rivals": _("What competitors do"),
        "last_count": _("last count: %(quantity)s"),
        "age_and_price": _("Age, facings and price"),
        "oldest_on": _("Oldest made on"),
        "facings": _("Facings"),
        "shelf_price": _("Shelf price"),
        "other_product": _("Another product"),
        "all_counted": _("That is all there is"),
        "all_counted_help": _("Only then the count replaces the last one; otherwise it is noted with the visit."),
        "display_score": _("Display from 1 (poor) to 5 (as agreed)"),
        "add_payment": _("Add a payment"),
        "amount_in": _("Amount (%(currency)s)"),
        "method": pgettext("payment", "Method"),
        "for_invoices": _("For these invoices"),
        "reference": _("Reference"),
        "order_amount": _("Order without tax (%(currency)s)"),
        "order_lines": _("Order lines"),
        "no_order": _("No order today"),
        "we_promise": _("We promise"),
        "they_promise": _("The dealer promises in return"),
        "add_ours": _("Add our promise"),
        "add_theirs": _("Add the dealer's promise"),
        "promise": _("Promise"),
        "promise_of": _("Promise of"),
        "quantity": _("Quantity"),
        "by": pgettext("deadline", "By"),
        "conveyed_else": _("What else you told about"),
        "add_advice": _("Add advice"),
        "topic": _("Topic"),
        "advice": _("Advice"),
        "take_photo": _("Take a photo"),
        "photo": _("Photo"),
        "no_picture": _("No picture"),
        "no_picture_help": _("This file is no picture that this phone can read."),
        "mood": _("Mood"),
        "mood_2": _("angry"),
        "mood_1": _("reserved"),
        "mood0": _("matter of fact"),
        "mood1": _("friendly"),
        "mood2": _("delighted"),
        "next_step": _("Next step"),
        "next_on": pgettext("of a visit", "Next time"),
        "tomorrow": _("tomorrow"),
        "in_days": _("in %(days)s days"),
        "time_spent": _("How the time was spent"),
        "time_spent_help": _("Minutes. Empty: all of it by the purpose."),
    }  # fmt: skip


def _of_the_queue() -> dict[str, str]:
    return {
        "kind_visit": _("Visit"),
        "kind_photo": _("Photo"),
        "kind_task": _("Task"),
        "kind_day": _("Day log"),
        "kind_expense": pgettext("money spent", "Expense"),
        "kind_consent": pgettext("to positions", "Consent"),
        "tries": _("tries: %(tries)s"),
        "more_waiting": _("And more: %(count)s"),
        "send_now": _("Send now"),
        "sign_in": _("Sign in"),
        "sign_in_help": _("Sign in to send it; until then it stays on this phone."),
        "refused": _("This was not accepted."),
        "correct": _("Correct"),
        "send_again": _("Send again"),
        "save_as_own": _("Save as a visit of my own"),
        "give_up": _("Give up"),
        "give_up_title": _("Give up %(name)s?"),
        "give_up_help": _("It is deleted from this phone and never sent."),
        "yours": _("yours"),
        "theirs": _("there meanwhile"),
        "which_stands": _("Which stands?"),
        "keep_yours": _("Yours"),
        "keep_theirs": _("The other"),
        "send_chosen": _("Go on with what I chose"),
        "field_summary": _("In the dealer's own words"),
        "field_started_at": _("Start"),
        "field_ended_at": _("End"),
        "field_due_on": pgettext("deadline", "By"),
        "field_text": _("Text"),
        "field_amount": _("Amount"),
        "field_stock": _("Stock"),
        "field_purpose": _("Purpose"),
        "field_conveyed": _("Conveyed today"),
        "field_answers": _("Answers"),
    }


def _of_the_day() -> dict[str, str]:
    return {
        "tasks": _("Tasks"),
        "task": _("Task"),
        "add_task": _("Add a task"),
        "task_done": _("Done: %(title)s"),
        "important": _("Important"),
        "urgent": _("Urgent"),
        "stones_first": _("Stones before sand: something unimportant stands before something important."),
        "day_log": _("Log of the day"),
        "day_log_help": _("Leave empty what your check-ins tell by themselves."),
        "day_by_check_ins": _("By your check-ins: first dealer at %(first)s, last dealer left at %(last)s."),
        "travel_proposed": _("By your check-ins: %(minutes)s min. Type another number if it was not so."),
        "outside_visits": _("Outside visits (minutes)"),
        "day_sum": _("Where the day went"),
        "sum_of_day": _("Together"),
        "hours_minutes": pgettext("hours and minutes", "%(hours)s:%(minutes)s h"),
        "day_open": _("Not told yet, from the start of work to the last customer: %(time)s"),
        "day_beyond": _("More than lies between the start of work and the last customer: %(time)s"),
        "started": _("Start of work"),
        "first_departure": _("Left for the first customer"),
        "last_leave": _("Left the last customer"),
        "meal_minutes": _("Meals (minutes)"),
        "paperwork_minutes": _("Paperwork (minutes)"),
        "travel_minutes": _("On the way (minutes)"),
        "meeting_minutes": _("Meetings (minutes)"),
        "robbers": _("What cost time"),
        "note": _("Note"),
    }


def _of_expenses() -> dict[str, str]:
    return {
        "expenses": _("Expenses"),
        "expense": pgettext("money spent", "Expense"),
        "add_expense": _("Add an expense"),
        "no_expenses": _("No expenses in the last days"),
        "no_expenses_help": _("Write them down where they arise: a photo of the receipt is enough for later."),
        "expenses_month": _("This month: %(sum)s"),
        "entertainment_cap": _("at most %(cap)s"),
        "entertainment_beyond": _("More than %(cap)s. Hospitality is fine, but not hospitality alone."),
        "money": pgettext("amount and currency", "%(amount)s %(currency)s"),
        "category": pgettext("expense", "Category"),
        "amount": _("Amount"),
        "currency": _("Currency"),
        "day": pgettext("on which money was spent", "Day"),
        "guests": _("Guests"),
        "expense_visit": pgettext("of an expense", "Visit"),
        "no_visit": pgettext("of an expense", "none"),
        "expense_for": _("What it was for, and with whom"),
        "expense_note": _("Note"),
        "receipt": _("Receipt"),
        "photo_receipt": _("Take a photo of the receipt"),
        "kept_here": _("kept on this phone until you save it"),
        "category_needed": _("Choose a category."),
        "amount_needed": _("Type the amount: a number above 0."),
        "amount_digits": _("%(currency)s is not paid in so many digits after the point."),
        "day_needed": _("Choose the day."),
        "purpose_needed": _("Say what it was for, and with whom."),
        "delete": _("Delete"),
        "delete_expense": _("Delete this expense?"),
        "expense_gone": _("This expense cannot be changed here any more."),
    }
