from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ImportState(models.TextChoices):
    UPLOADED = "UPLOADED", pgettext_lazy("import", "columns to be matched")
    MAPPED = "MAPPED", pgettext_lazy("import", "waiting for the check")
    CHECKING = "CHECKING", pgettext_lazy("import", "being checked")
    CHECKED = "CHECKED", pgettext_lazy("import", "checked, not loaded yet")
    APPLYING = "APPLYING", pgettext_lazy("import", "being loaded")
    DONE = "DONE", pgettext_lazy("import", "loaded")
    FAILED = "FAILED", pgettext_lazy("import", "could not be read")
    UNDOING = "UNDOING", pgettext_lazy("import", "being undone")
    UNDONE = "UNDONE", pgettext_lazy("import", "undone")


# Somebody works on it, or died doing so.
BUSY = frozenset({ImportState.MAPPED, ImportState.CHECKING, ImportState.APPLYING, ImportState.UNDOING})


class Verdict(models.TextChoices):
    """What an import would do with a row, as `checked.verdict` has it."""

    NEW = "N", pgettext_lazy("import verdict", "new")
    CHANGED = "C", pgettext_lazy("import verdict", "changed")
    SAME = "S", pgettext_lazy("import verdict", "same")
    REFUSED = "R", pgettext_lazy("import verdict", "refused")


class DateOrder(models.TextChoices):
    AUTO = "", _("as the column shows")
    DAY_FIRST = "DMY", _("day first: 31/12/2026")
    MONTH_FIRST = "MDY", _("month first: 12/31/2026")
    YEAR_FIRST = "YMD", _("year first: 26/12/31")


class DecimalSign(models.TextChoices):
    AUTO = "", _("as the column shows")
    POINT = ".", _("point: 1,234.56")
    COMMA = ",", _("comma: 1.234,56")


class EmptyCells(models.TextChoices):
    KEEP = "KEEP", _("leave what is there")
    CLEAR = "CLEAR", _("clear what is there")
