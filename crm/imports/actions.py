"""What happens to a run, step by step. Every step may be repeated: a queue delivers twice, a process dies.

`check`, `load` and `undo` each work in one transaction, under a lock of the run, and write the run's new state in it:
either all of a step is there or nothing. While a step is under way the state says so (CHECKING, APPLYING, UNDOING);
a run that stays so without its lock has died, and the step may simply be started again.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pghistory
from django.core.files import File
from django.db import DataError, IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from accounts.models import User
from crm.base.models import Company
from crm.base.text import joined
from crm.imports import checking, evidence, profiles, progress, reading, registry, staging
from crm.imports.applying import Outdated
from crm.imports.batch import Batch
from crm.imports.choices import DateOrder, ImportState
from crm.imports.importer import Importer
from crm.imports.mapping import Mapping, from_json, guess
from crm.imports.models import ImportProfile, ImportRun
from crm.imports.problems import BadFile
from crm.imports.reading import Reading
from crm.imports.refusals import doubles_of

logger = logging.getLogger(__name__)

# First keys of our advisory locks; the second is the run's id, or the hash of the importer's key.
RUN_LOCKS = 0x494D5052
IMPORTER_LOCKS = 0x494D5049
# Up to here the checked rows are written safely after loading, so that an undo survives a crash of the database.
SAFE_UNDO_ROWS = 100_000


class WrongState(Exception):
    """The run is not in a state in which this can be done."""


# --- A file comes in -----------------------------------------------------------------------------------------------------


def receive(*, importer: Importer, file: IO[bytes], file_name: str, user: User | None, at: dt.datetime) -> ImportRun:
    """Store a file and look into it. A file that cannot be read makes a FAILED run that says why."""
    run = ImportRun(importer=importer.key, file_name=Path(file_name).name[:200], uploaded_by=user, uploaded_at=at)
    run.file.save("upload", File(file), save=False)
    run.file_size = run.file.size
    run.save()
    look_into(run, Reading())
    return run


def look_into(run: ImportRun, wish: Reading) -> None:
    """Find out how the file is to be read, following `wish`, and guess the mapping. Forgets what was checked."""
    importer = registry.importer(run.importer)
    with connection.cursor() as cursor:
        staging.drop(cursor, run)
    run.rows = run.rows_new = run.rows_changed = run.rows_same = run.rows_refused = 0
    run.edits, run.checked_at = {}, None
    try:
        sheet = reading.inspect(Path(run.file.path), wish)
    except BadFile as error:
        run.state, run.problem, run.reading = ImportState.FAILED, error.as_json(), wish.as_json()
        run.headers, run.sample = [], []
        run.save()
        return
    run.reading, run.headers, run.problem = sheet.reading.as_json(), sheet.headers, {}
    run.sample = [[cell[:200] for cell in row] for row in sheet.sample]
    profile = profiles.fitting(importer, sheet.headers)
    run.mapping = (profile.mapping() if profile else guess(importer, sheet.headers)).as_json()
    run.profile_name = profile.name if profile else ""
    run.state = ImportState.UPLOADED
    run.save()


def set_mapping(*, run: ImportRun, mapping: Mapping, profile_name: str = "") -> None:
    """Take a mapping; the check may start. Raises BadFile when it leaves the key open or names columns that are not
    there, WrongState when the rows are loaded already."""
    if run.state not in (ImportState.UPLOADED, ImportState.MAPPED, ImportState.CHECKED, ImportState.FAILED):
        raise WrongState(run.state)
    importer = registry.importer(run.importer)
    absent = sorted(mapping.headers() - set(run.headers))
    if absent:
        raise BadFile("COLUMNS_NOT_THERE", columns=joined(absent))
    if missing := mapping.missing(importer, run.headers):
        raise BadFile("MISSING_COLUMNS", fields=joined(field.label for field in missing))
    run.mapping, run.profile_name = mapping.as_json(), profile_name
    run.state, run.problem = ImportState.MAPPED, {}
    run.save(update_fields=["mapping", "profile_name", "state", "problem"])
    progress.forget(run.pk)


def save_profile(*, importer: Importer, name: str, mapping: Mapping, user: User | None) -> ImportProfile:
    """Keep a mapping under a name; one of the same name is replaced."""
    profile = ImportProfile.objects.filter(importer=importer.key, name__iexact=name).first()
    profile = profile or ImportProfile(importer=importer.key, created_by=user)
    profile.name, profile.mapping = name, mapping.as_json()
    profile.save()
    return profile


def has_rows(run: ImportRun) -> bool:
    """Whether the checked rows are still kept; not after a crash of the database or when they were forgotten."""
    with connection.cursor() as cursor:
        return staging.has_rows(cursor, staging.checked_table(run))


def batch_of(run: ImportRun, *, on: dt.date) -> Batch:
    """What the steps of a run hand on."""
    importer = registry.importer(run.importer)
    return Batch(
        run=run,
        importer=importer,
        mapping=from_json(run.mapping, importer),
        user=run.uploaded_by,
        on=on,
        staging=staging.staging_table(run),
        checked=staging.checked_table(run),
    )


# --- The steps -----------------------------------------------------------------------------------------------------------


def check(run_id: int, *, at: dt.datetime) -> None:
    """Judge every row of a run that is MAPPED (or whose check died). Does nothing in any other state."""
    _step(run_id, {ImportState.MAPPED, ImportState.CHECKING}, ImportState.CHECKING, _check, at=at)


def load(run_id: int, *, at: dt.datetime) -> None:
    """Write the rows of a run that was confirmed: all or nothing. Does nothing in any other state."""
    _step(run_id, {ImportState.APPLYING}, ImportState.APPLYING, _load, at=at)


def undo(run_id: int, *, at: dt.datetime) -> None:
    """Take back the rows of a run whose undo was asked for. Does nothing in any other state."""
    _step(run_id, {ImportState.UNDOING}, ImportState.UNDOING, _undo, at=at)


def confirm(run: ImportRun) -> None:
    """Ask for the loading of a checked run. Raises WrongState, also when somebody was quicker."""
    _move(run, {ImportState.CHECKED}, ImportState.APPLYING)


def ask_undo(run: ImportRun) -> None:
    """Ask for the undo of a loaded run. Raises WrongState."""
    importer = registry.importer(run.importer)
    if not importer.undoable:
        raise WrongState(run.state)
    _move(run, {ImportState.DONE}, ImportState.UNDOING)


def _move(run: ImportRun, allowed: set[ImportState], to: ImportState) -> None:
    moved = ImportRun.objects.filter(pk=run.pk, state__in=allowed).update(
        state=to, problem={}, started_at=timezone.now()
    )
    if not moved:
        raise WrongState(run.state)
    run.state, run.problem = to, {}
    progress.forget(run.pk)


Work = Callable[[CursorWrapper, Batch, dt.datetime], None]


def _step(run_id: int, allowed: set[ImportState], busy: ImportState, work: Work, *, at: dt.datetime) -> None:
    if not ImportRun.objects.filter(pk=run_id, state__in=allowed).update(state=busy, started_at=at):
        return
    started = time.monotonic()
    run = ImportRun.objects.select_related("uploaded_by").get(pk=run_id)
    on = Company.get().today(at=at)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [RUN_LOCKS, run_id % 2**31])
            if not cursor.fetchone()[0]:
                # Delivered twice: the other one is at work.
                return
            run.refresh_from_db()
            if run.state != busy:
                return
            # A hundred expressions over a million rows: compiling them costs more than it saves.
            cursor.execute("SET LOCAL jit = off")
            # The planner takes them for cheap and would leave them to one process.
            cursor.execute("SET LOCAL parallel_tuple_cost = 0.001")
            # A million rows are compared and sorted: what the usual few MB cannot hold goes through files.
            cursor.execute("SET LOCAL work_mem = '64MB'; SET LOCAL maintenance_work_mem = '256MB'")
            work(cursor, batch_of(run, on=on), at)
            run.milliseconds = round((time.monotonic() - started) * 1000)
            run.save()
        progress.forget(run_id)
    except BadFile as error:
        run.fail(ImportState.FAILED, error.as_json())
    except Outdated:
        # Nothing was written. Show the rows as they are now.
        run.fail(ImportState.MAPPED, {})
        check(run_id, at=at)
        ImportRun.objects.filter(pk=run_id, state=ImportState.CHECKED).update(problem={"code": "OUTDATED"})
    except (IntegrityError, DataError) as error:
        run.fail(_before(busy), {"code": "CONSTRAINT", "detail": _detail(error)})
        logger.warning("import %s refused by the database: %s", run_id, error)
    except Exception:
        run.fail(_before(busy), {"code": "INTERNAL"})
        raise


def _before(busy: ImportState) -> ImportState:
    """Where a run goes whose step failed."""
    return {
        ImportState.CHECKING: ImportState.FAILED,
        ImportState.APPLYING: ImportState.CHECKED,
        ImportState.UNDOING: ImportState.DONE,
    }[busy]


def _detail(error: Exception) -> str:
    diagnosis = getattr(error.__cause__, "diag", None)
    return " ".join(filter(None, (getattr(diagnosis, "message_primary", ""), getattr(diagnosis, "message_detail", ""))))


def _reporter(batch: Batch) -> Callable[[float, str], None]:
    return lambda share, step: progress.report(batch.run.pk, share, step)


def _check(cursor: CursorWrapper, batch: Batch, at: dt.datetime) -> None:
    run, report = batch.run, _reporter(batch)
    if not staging.is_filled(cursor, run):
        run.rows = staging.fill(cursor, run, lambda share, step: report(share * 0.3, step))
    found = evidence.gather(cursor, batch, usual_order=usual_order(batch.user))
    counts = checking.check(cursor, evidence.with_evidence(batch, found), report)
    _keep(run, counts)
    run.reading |= {
        "date_order": found.date_order,
        "decimal_sign": found.decimal_sign,
        "ambiguous_dates": list(found.ambiguous),
    }
    run.state, run.checked_at = ImportState.CHECKED, at


def _keep(run: ImportRun, counts: checking.Counts) -> None:
    run.rows = counts.total
    run.rows_new, run.rows_changed = counts.new, counts.changed
    run.rows_same, run.rows_refused = counts.same, counts.refused


def usual_order(user: User | None) -> str:
    """How dates like 03/04/2026 are taken when nothing in the column shows it: as the company's currency suggests."""
    return DateOrder.MONTH_FIRST if Company.get().currency == "USD" else DateOrder.DAY_FIRST


def as_checked(batch: Batch) -> Batch:
    """The batch with the date order and decimal sign that the check settled on."""
    found = evidence.Evidence(batch.run.reading.get("date_order", ""), batch.run.reading.get("decimal_sign", ""))
    return evidence.with_evidence(batch, found)


def _load(cursor: CursorWrapper, batch: Batch, at: dt.datetime) -> None:
    run, report = batch.run, _reporter(batch)
    batch = as_checked(batch)
    if run.rows and not staging.has_rows(cursor, batch.checked):
        # The database crashed since the check and emptied the tables.
        raise Outdated
    report(0.05, "LOADING")
    # One import of a kind at a time: two files with the same dealers would lock one another's rows.
    cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [IMPORTER_LOCKS, batch.importer.key])
    with pghistory.context(**_context(run)):
        written = batch.importer.apply(cursor, batch)
        report(0.7, "FOLLOWING_UP")
        batch.importer.after_apply(cursor, batch)
    if 0 < written.new + written.changed <= SAFE_UNDO_ROWS and batch.importer.undoable:
        cursor.execute(f"ALTER TABLE {batch.checked} SET LOGGED")
    run.state, run.finished_at, run.problem = ImportState.DONE, at, {}


def _undo(cursor: CursorWrapper, batch: Batch, at: dt.datetime) -> None:
    run, report = batch.run, _reporter(batch)
    batch = as_checked(batch)
    if run.rows and not staging.has_rows(cursor, batch.checked):
        run.state, run.problem = ImportState.DONE, {"code": "GONE"}
        return
    report(0.1, "UNDOING")
    cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [IMPORTER_LOCKS, batch.importer.key])
    with pghistory.context(**_context(run), undo=True):
        written = batch.importer.undo(cursor, batch)
        report(0.7, "FOLLOWING_UP")
        batch.importer.after_undo(cursor, batch)
    run.rows_kept = written.kept
    run.state, run.undone_at = ImportState.UNDONE, at


def _context(run: ImportRun) -> dict[str, Any]:
    """What the audit keeps of every row that an import writes."""
    user = run.uploaded_by
    return {
        "user": user.pk if user else None,
        "name": str(user) if user else "",
        "import": run.pk,
        "reason": run.file_name,
    }


def is_interrupted(run: ImportRun) -> bool:
    """Whether a step is said to be under way but nobody works on it, nor has for a while: its process died."""
    if run.state not in (ImportState.CHECKING, ImportState.APPLYING, ImportState.UNDOING):
        return False
    if run.started_at and timezone.now() - run.started_at < dt.timedelta(seconds=20):
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s "
            "AND objsubid = 2 AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
            [RUN_LOCKS, run.pk % 2**31],
        )
        return not cursor.fetchone()[0]


# --- Mending -------------------------------------------------------------------------------------------------------------


def mend_cell(*, run: ImportRun, row: int, column: int, text: str, on: dt.date) -> None:
    """Write a cell of a checked run anew and judge its row, and those refused because of it, again. The file stays
    as it was. Raises WrongState, and ValueError for a cell that is not there."""
    with transaction.atomic(), connection.cursor() as cursor:
        locked = ImportRun.objects.select_for_update().get(pk=run.pk)
        if locked.state != ImportState.CHECKED or not has_rows(locked):
            raise WrongState(locked.state)
        batch = as_checked(batch_of(locked, on=on))
        if not staging.mend(cursor, locked, row=row, column=column, text=text):
            raise ValueError(f"no row {row}")
        rows = sorted({row, *doubles_of(cursor, batch)})
        counts = checking.check(cursor, batch, lambda share, step: None, rows=rows)
        _keep(locked, counts)
        locked.edits.setdefault(str(row), {})[str(column)] = text
        locked.save()
    run.refresh_from_db()


def forget(run: ImportRun) -> None:
    """Remove a run with its rows and its file. What it loaded stays."""
    path = Path(run.file.path)
    with transaction.atomic(), connection.cursor() as cursor:
        staging.drop(cursor, run)
        run.delete()
        transaction.on_commit(lambda: _remove(path))


def forget_rows(run: ImportRun) -> None:
    """Let go of the single rows and the file; the run itself stays, with its figures."""
    path = Path(run.file.path)
    with transaction.atomic(), connection.cursor() as cursor:
        staging.drop(cursor, run)
        ImportRun.objects.filter(pk=run.pk).update(sample=[], edits={})
        transaction.on_commit(lambda: _remove(path))


def _remove(path: Path) -> None:
    for each in (path, reading.converted(path)):
        each.unlink(missing_ok=True)


# --- All at once ---------------------------------------------------------------------------------------------------------


def import_file(
    file: str | Path,
    importer: str,
    *,
    profile: str | Mapping | dict[str, Any] | None = None,
    constants: dict[str, str] | None = None,
    user: User | None = None,
    at: dt.datetime,
    check_only: bool = False,
    skip_refused: bool = False,
) -> ImportRun:
    """Take a file in from beginning to end, in this process; the run says what became of it.

    `profile` is the key or name of a profile, a mapping, or one as JSON; without it the columns are guessed.
    `constants` stand in every row, whatever the file has there. `user` None sees every territory. With refused rows nothing is loaded unless
    `skip_refused`: the run then stays CHECKED, as with `check_only`. Raises UnknownProfile, KeyError for an unknown
    importer, BadFile for a file or a mapping that cannot be taken.
    """
    definition = registry.importer(importer)
    path = Path(file)
    with path.open("rb") as opened:
        run = receive(importer=definition, file=opened, file_name=path.name, user=user, at=at)
    _raise_problem(run)
    if isinstance(profile, str):
        found = profiles.find(definition, profile)
        mapping, name = found.mapping(), found.name
    elif isinstance(profile, Mapping):
        mapping, name = profile, ""
    elif profile is not None:
        mapping, name = from_json(profile, definition), ""
    else:
        mapping, name = from_json(run.mapping, definition), run.profile_name
    if constants:
        mapping = mapping.with_constants(constants, definition)
    set_mapping(run=run, mapping=mapping, profile_name=name)
    check(run.pk, at=at)
    run.refresh_from_db()
    _raise_problem(run)
    if check_only or run.state != ImportState.CHECKED or (run.rows_refused and not skip_refused):
        return run
    confirm(run)
    load(run.pk, at=at)
    run.refresh_from_db()
    return run


def _raise_problem(run: ImportRun) -> None:
    if run.state == ImportState.FAILED:
        figures = dict(run.problem)
        raise BadFile(str(figures.pop("code", "INTERNAL")), **figures)
