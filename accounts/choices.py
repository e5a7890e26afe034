from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    REPRESENTATIVE = "REPRESENTATIVE", _("sales representative")
    MANAGER = "MANAGER", _("market manager")
    DIRECTOR = "DIRECTOR", _("sales director")
    FINANCE = "FINANCE", pgettext_lazy("role", "finance")
    ADMINISTRATOR = "ADMINISTRATOR", _("administrator")
    READ_ONLY = "READ_ONLY", _("read only")


class Theme(models.TextChoices):
    AUTO = "AUTO", _("as the device")
    LIGHT = "LIGHT", pgettext_lazy("theme", "light")
    DARK = "DARK", pgettext_lazy("theme", "dark")
