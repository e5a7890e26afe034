"""A kind of warning that failed: administrators are told, the others were done."""

from __future__ import annotations

import datetime as dt

from accounts.notices import outbox
from alerts.choices import Severity


def tell(*, on: dt.date, at: dt.datetime, codes: list[str]) -> int:
    """Tell administrators which kinds failed in the night of `on`; how many they are. The same night again tells nothing
    new."""
    administrators = outbox.administrators(on)
    outbox.tell(
        users=administrators, kind="warnings.rule_failed", key=f"rules-failed:{on}:{','.join(sorted(codes))}"[:120], at=at,
        severity=Severity.ORANGE.value, facts={"on": on.isoformat(), "kinds": sorted(codes)},
    )  # fmt: skip
    return len(administrators)
