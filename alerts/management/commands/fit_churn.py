from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from alerts.churn.card import Card
from alerts.churn.fitting import TooLittleHistory
from alerts.churn.refit import HELD_BACK_MONTHS, HistoryTooShort, Quality, put_in_use, refit
from alerts.models import ChurnCard
from crm.base.models import Company


class Command(BaseCommand):
    help = (
        "Fit the churn score to the company's own history, and use it where it foretells losses better than the card of the"
        " product. Needs 24 months whose losses are known, 5,000 rows and 200 losses."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", type=dt.date.fromisoformat, help="as of this day; today")
        parser.add_argument("--dealers", type=int, default=20_000, help="look at so many dealers at most")
        parser.add_argument("--dry-run", action="store_true", help="print the card and use none")
        parser.add_argument("--anyway", action="store_true", help="use it even where the product's card is as good")
        parser.add_argument("--shipped", action="store_true", help="go back to the card of the product")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["shipped"]:
            ChurnCard.objects.filter(in_use=True).update(in_use=False)
            self.stdout.write("From the next night on the card of the product is used.")
            return
        try:
            found = refit(on=options["on"] or Company.get().today(), dealers=options["dealers"])
        except ImportError as error:
            raise CommandError("Fitting needs scikit-learn: install dealer-crm[fit].") from error
        except HistoryTooShort as error:
            raise CommandError(
                f"{error.months} month ends with known losses; {2 * HELD_BACK_MONTHS} are needed. The product's card stays."
            ) from error
        except TooLittleHistory as error:
            raise CommandError(
                f"{error.rows:,} rows with {error.losses:,} losses are too few to fit on. The product's card stays."
            ) from error
        self._print(found.card)
        self._tell(f"this card, on the last {HELD_BACK_MONTHS} months, not fitted on them", found.own)
        self._tell("the product's card on the same months", found.product)
        if options["dry_run"]:
            return
        if not found.is_better and not options["anyway"]:
            self.stdout.write("It foretells no better than the product's card: nothing changes.")
            return
        put_in_use(found, at=timezone.now())
        self.stdout.write("It is used from the next night on.")

    def _print(self, card: Card) -> None:
        facts = card.facts
        self.stdout.write(
            f"{facts['dealers']:,} dealers, {facts['rows']:,} rows with {facts['losses']:,} losses,"
            f" {facts['first']} to {facts['last']}"
        )
        for figure, scale in card.scales.items():
            bins = [f"{points}" if edge is None else f"from {edge}: {points}"
                    for edge, points in zip((None, *scale.edges), scale.points, strict=True)]  # fmt: skip
            self.stdout.write(f"  {figure:8}  {', '.join(bins)}; unknown: {scale.unknown}")

    def _tell(self, what: str, quality: Quality) -> None:
        self.stdout.write(f"AUC {quality.auc:.3f}, lost of the highest 2 %: {quality.precision:.1%}  ({what})")
