"""What is sold, to whom, and how it adds up."""

from sales.models.catalogue import Brand, Product, Unit
from sales.models.credit import ClosedReceivable, Receivable, StockCount
from sales.models.records import SalesRecord, SalesTarget
from sales.models.rollups import DealerFigures, DealerMonth, FiguresState, PersonMonth, TerritoryMonth

__all__ = [
    "Brand",
    "ClosedReceivable",
    "DealerFigures",
    "DealerMonth",
    "FiguresState",
    "PersonMonth",
    "Product",
    "Receivable",
    "SalesRecord",
    "SalesTarget",
    "StockCount",
    "TerritoryMonth",
    "Unit",
]
