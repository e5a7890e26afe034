"""What an app declares so that a sheet of its rows can be imported: one `Importer` a sheet, registered by its app.

    class TargetImporter(Importer):
        key = "targets"
        label = _("Targets")
        model = SalesTarget
        keys = (("dealer", "month"),)
        fields = (
            Field("dealer", _("dealer"), FieldType.LOOKUP, lookup=Lookup("dealers_dealer", extra=("territory_id",)),
                  required=True, aliases=("dealer code", "经销商编号", "特約店コード", "대리점 코드")),
            Field("month", _("month"), FieldType.MONTH, required=True, aliases=("period", "月份", "年月", "월")),
            Field("amount", _("amount"), FieldType.DECIMAL, digits=2, minimum=0, required=True),
        )
        scopes = (TerritoryScope("dealer", "l_dealer.territory_id"),)

    crm.imports.registry.register(TargetImporter)          # in the app's AppConfig.ready

How a file becomes rows
-----------------------
1. The file is copied as it is into a table of text columns (`batch.staging`: `row` as a spreadsheet counts them, the
   header being row 1, then `c1`, `c2` ...).
2. One statement made from the declaration types every cell, resolves the lookups, finds the row in the target and
   writes `batch.checked`: `row`, `verdict` ('N' new, 'C' changed, 'S' same, 'R' refused), `target_id`, `old` (jsonb,
   the stored columns of a changed row as they are now), `errors` (jsonb, of a refused row), and one typed column for
   every field of the importer, named as the field: the row *as it will be*.
   A cell left empty keeps what the target has (the profile may say `"empty": "CLEAR"`).
3. `apply` writes the new and the changed rows in one transaction; `after_apply` brings rollups up to date in the same.

SQL that a declaration may hold
-------------------------------
`Field.clean` gets the cell's text as `{raw}`; `Field.stored` gets the typed value as `{value}`. Conditions
(`RowCheck.condition`, `TerritoryScope.sql`) may name `v.<field>` (typed value, NULL when the cell is empty or refused),
`t.<column>` (the target's row, all NULL when there is none) and `l_<field>.<column>` (what a lookup found: `id` and its
`extra` columns). A percent sign is written `%%`.

Speed: everything is set-based; a plain ISO date or plain number takes the short way. An importer for millions of rows
overrides `apply` (and `undo`), for instance to attach a partition that it filled from `batch.checked`.
"""

from __future__ import annotations

import builtins
import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models

from accounts.rights import Right
from crm.base.text import StrPromise

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

    from crm.imports.batch import Batch

Text = str | StrPromise


class FieldType(enum.Enum):
    """What a cell holds. The comment says the column type in `batch.checked`."""

    TEXT = "TEXT"  # text; inner line breaks are kept
    CODE = "CODE"  # text; one line, full-width letters and digits become half-width
    INTEGER = "INTEGER"  # bigint
    DECIMAL = "DECIMAL"  # numeric; more than `Field.digits` after the point are refused
    DATE = "DATE"  # date
    MONTH = "MONTH"  # date, the first of the month; a whole date is taken too
    BOOLEAN = "BOOLEAN"  # boolean; yes/no, true/false, 1/0, 是/否, はい/いいえ, 예/아니요, Y/N, ○/×
    CHOICE = "CHOICE"  # text; the choice's value
    LOOKUP = "LOOKUP"  # bigint; the id of the row that `Field.lookup` finds
    LIST = "LIST"  # text[]; separated by ; , 、 or ，
    EMAIL = "EMAIL"  # text, lower case
    PHONE = "PHONE"  # text; as written, half-width
    URL = "URL"  # text; https:// is added when there is no scheme
    LATITUDE = "LATITUDE"  # double precision, degrees
    LONGITUDE = "LONGITUDE"  # double precision, degrees


@dataclass(frozen=True)
class Lookup:
    """A code in the file that stands for a row of another table.

    `keys` are tried in order; a key that two rows share finds neither. `extra` names further columns that conditions
    may use as `l_<field>.<column>`. With `same_file` the code may also be one that this file brings (a parent in the
    same sheet): then `table` is the importer's own table and `keys[0]` its code; the link is set after the rows exist.
    """

    table: str
    keys: tuple[str, ...] = ("code",)
    where: str = ""
    extra: tuple[str, ...] = ()
    same_file: bool = False


@dataclass(frozen=True)
class Field:
    """A column that the importer understands.

    `column` is the target's column: by default the name (for a LOOKUP the name + "_id"); empty means that it is not
    stored but only used by conditions and overrides. `aliases` are headers in any language, besides the translations
    of the label; upper and lower case, spaces and signs do not count. `synonyms` are further words for a choice.
    `there` is SQL over `t` that gives the target's value where it is not simply that column ("lower(t.period)"); such a
    field is compared, and written by an override of `apply`. `default` is stored in a new row whose cell is empty; without it the model's own default is.
    """

    name: str
    label: Text
    type: FieldType = FieldType.TEXT
    required: bool = False
    aliases: tuple[str, ...] = ()
    column: str | None = None
    there: str = ""
    max_length: int | None = None
    minimum: Decimal | int | None = None
    maximum: Decimal | int | None = None
    digits: int = 2
    choices: builtins.type[models.TextChoices] | None = None
    synonyms: Mapping[str, str] = field(default_factory=dict)
    lookup: Lookup | None = None
    clean: str = ""
    stored: str = ""
    sql_type: str = ""
    default: Any = None
    example: Text = ""

    @property
    def target_column(self) -> str:
        """Empty when the field is not stored as a column of its own."""
        if self.column is not None or self.there:
            return self.column or ""
        return f"{self.name}_id" if self.type is FieldType.LOOKUP else self.name


@dataclass(frozen=True)
class RowCheck:
    """Refuse a row when `condition` is true. `message` is a whole sentence and may use %(value)s, the cell's text."""

    code: str
    field: str
    condition: str
    message: Text


@dataclass(frozen=True)
class TerritoryScope:
    """`sql` gives the id of a territory that this row belongs to; the user must hold the importer's rights there.

    NULL passes: it is a row without a territory, or one refused already. `field` is the cell that is to blame.
    """

    field: str
    sql: str


@dataclass(frozen=True)
class Written:
    """What an apply wrote or an undo took back. `kept` counts rows that an undo left because they changed since."""

    new: int = 0
    changed: int = 0
    kept: int = 0


class Importer:
    """One kind of sheet. Instances hold no state."""

    key: ClassVar[str]
    label: ClassVar[Text]
    # What one imports by it, in a sentence, shown where one chooses.
    description: ClassVar[Text] = ""
    # Place in the choice; dealers before contacts before sales.
    order: ClassVar[int] = 100
    icon: ClassVar[str] = "file-import"
    model: ClassVar[builtins.type[models.Model]]
    fields: ClassVar[tuple[Field, ...]]
    # How a row of the file finds its row in the target: the first of these whose fields are all mapped.
    keys: ClassVar[tuple[tuple[str, ...], ...]]
    checks: ClassVar[tuple[RowCheck, ...]] = ()
    scopes: ClassVar[tuple[TerritoryScope, ...]] = ()
    # All are needed, somewhere, to use it; and in the row's territory where there are `scopes`.
    rights: ClassVar[tuple[Right, ...]] = (Right.IMPORT,)
    # The target's surrogate key; empty where it has none: then `target_id` is NULL and rows are found by their key.
    row_id: ClassVar[str] = "id"
    # A row that repeats another of the file in every field is passed over ("same"). Otherwise, and always when the
    # fields differ, rows with one key refuse each other.
    skips_repetitions: ClassVar[bool] = False
    # Tables whose rows lead to a row of the target but are only worked out from it (a search text): an undo of a new
    # row takes them along; any other row that leads to it keeps it.
    derived: ClassVar[tuple[str, ...]] = ()
    # An import of it can be taken back.
    undoable: ClassVar[bool] = True
    # Sentences for further codes that `extra_checks` gives, by code; %(value)s is the cell's text.
    messages: ClassVar[Mapping[str, Text]] = {}
    # Those of these codes that hang on other rows of the file: mending one row judges the others anew.
    shared_codes: ClassVar[frozenset[str]] = frozenset()

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    def field(self, name: str) -> Field:
        """The field of that name; KeyError when there is none."""
        for candidate in self.fields:
            if candidate.name == name:
                return candidate
        raise KeyError(name)

    def target(self, batch: Batch) -> str:
        """What a row of the file is sought in, as SQL: the table, or a sub-select that leaves out what it cannot be.
        Its columns are the table's. Empty where nothing can be found, in an importer that overrides `apply`."""
        return f'"{self.table}"'

    def extra_checks(self, batch: Batch) -> Iterable[tuple[str, Sequence[Any]]]:
        """Statements with parameters that give `(row, field, code, value)` of rows to refuse; they read
        `batch.checked`. Run after the row checks, before the verdicts are counted."""
        return ()

    def apply(self, cursor: CursorWrapper, batch: Batch) -> Written:
        """Write what is new and changed in `batch.checked`, inside the caller's transaction and advisory lock.

        Raises crm.imports.applying.Outdated when a row is no longer as it was when it was checked.
        """
        from crm.imports.applying import apply_rows

        return apply_rows(cursor, batch)

    def after_apply(self, cursor: CursorWrapper, batch: Batch) -> None:
        """Bring up to date what depends on the rows, in the same transaction. `batch.checked` says which they are."""

    def undo(self, cursor: CursorWrapper, batch: Batch) -> Written:
        """Take back what `apply` wrote, except rows that changed or came to be used since."""
        from crm.imports.undoing import undo_rows

        return undo_rows(cursor, batch)

    def after_undo(self, cursor: CursorWrapper, batch: Batch) -> None:
        """As `after_apply`. Rows taken back carry `undone` = true in `batch.checked`."""
