"""Steps that are repeated, interrupted, overtaken and taken back."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from crm.imports import actions, staging
from crm.imports.choices import ImportState
from crm.imports.models import ImportRun
from crm.imports.nightly import forget_old
from dealers.models import Contact, Dealer
from tests.child_process import environment_of_the_test
from tests.factories import ContactFactory
from tests.imports.conftest import counts

HEADER = "code,name,kind,sales territory,country"
TWO = f"{HEADER}\nD-1,Sunrise,AGENT,CN-EAST-1,CN\nD-2,Moon,RETAILER,CN-EAST-2,CN\n"


def checked(bring, text=TWO) -> ImportRun:
    run = bring("dealers", text, check_only=True)
    assert run.state == ImportState.CHECKED
    return run


def state(run) -> str:
    run.refresh_from_db()
    return run.state


# --- Delivered twice, overtaken ---


def test_a_step_delivered_twice_is_done_once(bring):
    run = checked(bring)
    actions.confirm(run)
    actions.load(run.pk, at=timezone.now())
    finished = ImportRun.objects.get(pk=run.pk).finished_at
    actions.load(run.pk, at=timezone.now())
    actions.check(run.pk, at=timezone.now())
    assert state(run) == ImportState.DONE
    assert run.finished_at == finished
    assert Dealer.objects.count() == 2


def test_nothing_is_loaded_without_being_confirmed(bring):
    run = checked(bring)
    actions.load(run.pk, at=timezone.now())
    assert state(run) == ImportState.CHECKED
    assert not Dealer.objects.exists()


def test_a_row_changed_since_the_check_is_not_overwritten(bring):
    bring("dealers", TWO)
    run = checked(bring, TWO.replace("Moon", "New Moon"))
    Dealer.objects.filter(code="D-2").update(name="Full Moon")
    actions.confirm(run)
    actions.load(run.pk, at=timezone.now())
    assert state(run) == ImportState.CHECKED
    assert run.problem == {"code": "OUTDATED"}
    assert Dealer.objects.get(code="D-2").name == "Full Moon"
    # Checked anew, it can be confirmed with open eyes.
    actions.confirm(run)
    actions.load(run.pk, at=timezone.now())
    assert Dealer.objects.get(code="D-2").name == "New Moon"


def test_a_row_that_came_since_the_check_is_not_doubled(bring):
    run = checked(bring)
    bring("dealers", TWO.replace("Moon", "Other Moon"))
    actions.confirm(run)
    actions.load(run.pk, at=timezone.now())
    assert state(run) == ImportState.CHECKED
    assert (run.rows_new, run.rows_changed) == (0, 1)
    assert Dealer.objects.get(code="D-2").name == "Other Moon"


def test_a_failure_in_what_follows_takes_all_of_it_back(bring, monkeypatch):
    from dealers.importers import DealerImporter

    run = checked(bring)
    actions.confirm(run)
    monkeypatch.setattr(DealerImporter, "after_apply", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.load(run.pk, at=timezone.now())
    assert state(run) == ImportState.CHECKED
    assert run.problem == {"code": "INTERNAL"}
    assert not Dealer.objects.exists()


def test_rows_lost_in_a_crash_of_the_database_are_checked_anew(bring):
    run = checked(bring)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {staging.checked_table(run)}, {staging.staging_table(run)}")
    actions.confirm(run)
    actions.load(run.pk, at=timezone.now())
    assert state(run) == ImportState.CHECKED
    assert (run.rows_new, Dealer.objects.count()) == (2, 0)


def test_mended_cells_survive_being_read_anew(bring):
    run = bring("dealers", TWO.replace("RETAILER", "kiosk"), check_only=True)
    actions.mend_cell(run=run, row=3, column=3, text="agent", on=dt.date(2026, 1, 5))
    assert counts(run) == (2, 0, 0, 0)
    with connection.cursor() as cursor:
        staging.drop(cursor, run)
    run.fail(ImportState.MAPPED, {})
    actions.check(run.pk, at=timezone.now())
    run.refresh_from_db()
    assert counts(run) == (2, 0, 0, 0)


def test_mending_one_of_two_rows_frees_both(bring):
    run = bring("dealers", f"{TWO}D-1,Star,AGENT,CN-EAST-1,CN\n", check_only=True)
    assert counts(run) == (1, 0, 0, 2)
    actions.mend_cell(run=run, row=4, column=1, text="D-3", on=dt.date(2026, 1, 5))
    assert counts(run) == (3, 0, 0, 0)
    actions.mend_cell(run=run, row=4, column=1, text="D-2", on=dt.date(2026, 1, 5))
    assert counts(run) == (1, 0, 0, 2)


CHILD = """
import sys, time
import django
django.setup()
from django.utils import timezone
from crm.imports import actions
from dealers.importers import DealerImporter
follow = DealerImporter.after_apply
def slow(self, cursor, batch):
    follow(self, cursor, batch)
    print("written", flush=True)
    time.sleep(60)
DealerImporter.after_apply = slow
actions.load(int(sys.argv[1]), at=timezone.now())
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_kill_9_in_the_middle_leaves_nothing_and_the_next_start_completes(bring, settings):
    run = checked(bring)
    actions.confirm(run)
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(run.pk)],
        cwd=Path(__file__).parents[2],
        env=environment_of_the_test(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    while line := child.stdout.readline():
        if line.strip() == "written":
            break
    ImportRun.objects.filter(pk=run.pk).update(started_at=timezone.now() - dt.timedelta(minutes=1))
    run.refresh_from_db()
    # At work: delivered a second time, the step leaves it alone.
    assert not actions.is_interrupted(run)
    actions.load(run.pk, at=timezone.now() - dt.timedelta(minutes=1))
    assert state(run) == ImportState.APPLYING
    child.kill()
    child.wait()
    for _ in range(100):
        if actions.is_interrupted(run):
            break
        connection.close()
    assert actions.is_interrupted(run)
    assert not Dealer.objects.exists()
    actions.load(run.pk, at=timezone.now())
    assert state(run) == ImportState.DONE
    assert Dealer.objects.count() == 2


# --- Undo ---


def undone(run) -> ImportRun:
    actions.ask_undo(run)
    actions.undo(run.pk, at=timezone.now())
    run.refresh_from_db()
    assert run.state == ImportState.UNDONE
    return run


def test_undo_brings_back_every_column(bring):
    bring("dealers", f"{TWO[:-1]}\nD-3,Star,AGENT,CN-EAST-1,CN\n")
    before = list(Dealer.objects.order_by("pk").values())
    header = f"{HEADER},city,latitude,longitude,dealer since,supplied by,employees"
    run = bring(
        "dealers",
        f"{header}\nD-1,Dawn,RETAILER,CN-EAST-2,JP,Tokyo,35.6,139.7,2020-01-31,D-3,12\n"
        "D-9,New,AGENT,CN-EAST-1,CN,Wuxi,,,,D-1,\n",
    )
    assert counts(run) == (1, 1, 0, 0)
    undone(run)
    after = list(Dealer.objects.order_by("pk").values())
    for row in (*before, *after):
        del row["updated_at"]
    assert after == before


def test_what_was_changed_or_used_since_stays(bring):
    run = bring("dealers", f"{TWO}D-3,Star,AGENT,CN-EAST-1,CN\n")
    Dealer.objects.filter(code="D-1").update(name="Renamed by hand")
    ContactFactory(dealer=Dealer.objects.get(code="D-2"))
    undone(run)
    assert run.rows_kept == 2
    assert set(Dealer.objects.values_list("code", flat=True)) == {"D-1", "D-2"}


def test_contacts_are_undone(bring):
    bring("dealers", TWO)
    bring("contacts", "dealer code,name,interests\nD-1,Li,tea\n")
    run = bring("contacts", "dealer code,name,interests\nD-1,Li,go;tea\nD-2,Wu,\n")
    undone(run)
    assert list(Contact.objects.values_list("name", "interests")) == [("Li", ["tea"])]


def test_old_rows_and_files_are_let_go_of(bring):
    old, young, waiting = bring("dealers", TWO), bring("dealers", TWO), checked(bring)
    long_ago = timezone.now() - dt.timedelta(days=40)
    ImportRun.objects.filter(pk=old.pk).update(finished_at=long_ago)
    ImportRun.objects.filter(pk=waiting.pk).update(uploaded_at=long_ago)
    assert forget_old(on=timezone.now().date(), job=None) == 2
    assert not ImportRun.objects.filter(pk=waiting.pk).exists()
    assert not actions.has_rows(old)
    assert actions.has_rows(young)
    assert forget_old(on=timezone.now().date(), job=None) == 0


# --- The command ---


@pytest.fixture
def path(tmp_path, company, territories):
    path = tmp_path / "dealers.csv"
    path.write_text(TWO.replace("RETAILER", "kiosk"))
    return path


def test_the_command_refuses_skips_and_only_checks(path, capsys):
    with pytest.raises(CommandError, match="1 rows were refused, nothing was loaded"):
        call_command("import_file", "dealers", path)
    assert "row 3: kind: “kiosk” is none of these" in capsys.readouterr().out
    assert not Dealer.objects.exists()
    call_command("import_file", "dealers", path, "--skip-refused", "--check-only")
    assert "1 new, 0 changed, 0 same, 1 refused; CHECKED" in capsys.readouterr().out
    call_command("import_file", "dealers", path, "--skip-refused")
    assert "DONE" in capsys.readouterr().out
    assert Dealer.objects.count() == 1
    call_command("import_file", "dealers", path, "--set", "kind=RETAILER")
    assert "1 new, 1 changed, 0 same, 0 refused; DONE" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--profile", "nothing"], "no profile nothing"),
        (["--user", "nobody@example.com"], "no user nobody"),
        (["--set", "kind"], "FIELD=VALUE"),
        (["--set", "colour=red"], "no importer or field 'colour'"),
    ],
)
def test_the_command_says_what_is_wrong_with_its_arguments(path, arguments, message):
    with pytest.raises(CommandError, match=message):
        call_command("import_file", "dealers", path, *arguments)


def test_the_command_works_within_the_territories_of_a_user(path, bob, capsys):
    bob.assignments.update(role="DIRECTOR")
    path.write_text(f"{HEADER}\nD-1,Sato,AGENT,JP-KANTO-1,JP\n")
    with pytest.raises(CommandError, match="refused"):
        call_command("import_file", "dealers", path, "--user", bob.email)
    assert "outside your territories" in capsys.readouterr().out
