"""The dealer file."""

from dealers.models.business import BrandShare, BusinessStatus, CreditProfile
from dealers.models.contacts import Contact, Interaction, SpecialDate
from dealers.models.dealer import BusinessField, Dealer, StatusChange
from dealers.models.documents import Agreement, DealerDocument
from dealers.models.listing import BANDS, Band, DealerExport, DealerSearch, MapTile, SavedView
from dealers.models.person import (
    BasicInfo,
    Connection,
    Consent,
    PersonalDataErasure,
    PersonalDataView,
    TraitObservation,
    Traits,
)
from dealers.models.spelling import DealerSpelling

__all__ = [
    "BANDS",
    "Agreement",
    "Band",
    "BasicInfo",
    "BrandShare",
    "BusinessField",
    "BusinessStatus",
    "Connection",
    "Consent",
    "Contact",
    "CreditProfile",
    "Dealer",
    "DealerDocument",
    "DealerExport",
    "DealerSearch",
    "DealerSpelling",
    "Interaction",
    "MapTile",
    "PersonalDataErasure",
    "PersonalDataView",
    "SavedView",
    "SpecialDate",
    "StatusChange",
    "TraitObservation",
    "Traits",
]
