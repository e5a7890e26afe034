"""The day in one sentence: only what there is, most urgent last so that it is remembered."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tiering.moves import LastNight


def day_line(*, changed: LastNight, overrides: int, follow_ups: int, silent: int) -> str:
    """For example "14 dealers moved tier last night · 3 approvals waiting"; a sentence for a quiet day."""
    parts = []
    if changed.count:
        parts.append(
            ngettext("%(count)d dealer moved tier last night", "%(count)d dealers moved tier last night", changed.count)
            % {"count": changed.count}
        )
    if silent:
        parts.append(
            ngettext("%(count)d dealer out of contact", "%(count)d dealers out of contact", silent) % {"count": silent}
        )
    if follow_ups:
        parts.append(
            ngettext("%(count)d next step due", "%(count)d next steps due", follow_ups) % {"count": follow_ups}
        )
    if overrides:
        parts.append(
            ngettext("%(count)d approval waiting", "%(count)d approvals waiting", overrides) % {"count": overrides}
        )
    return " · ".join(parts) if parts else _("A quiet day: nothing moved last night, and nothing is due.")
