"""Filing documents: a new version supersedes the old one, which stays."""

from __future__ import annotations

import datetime as dt

from django.core.files.base import ContentFile
from django.db import transaction

from accounts.models import User
from dealers.actions.refreshing import refresh
from dealers.models import Dealer, DealerDocument
from dealers.uploads import Upload


class AlreadySuperseded(Exception):
    """A newer version has been filed meanwhile; `newest` is it."""

    def __init__(self, newest: DealerDocument) -> None:
        super().__init__(newest.pk)
        self.newest = newest


class SameFile(Exception):
    """The file is, byte for byte, the one that is there already."""


def file_document(
    *, dealer: Dealer, kind: str, title: str, upload: Upload, by: User | None, at: dt.datetime
) -> DealerDocument:
    """Put a document into the dealer's file as its first version."""
    with transaction.atomic():
        document = _store(DealerDocument(dealer=dealer, kind=kind, title=title), upload, by, at)
        refresh([dealer.pk])
    return document


def file_version(*, document_id: int, upload: Upload, by: User | None, at: dt.datetime) -> DealerDocument:
    """Put a newer version in front of a document. Raises AlreadySuperseded and SameFile."""
    with transaction.atomic():
        old = DealerDocument.objects.select_for_update().get(pk=document_id)
        newer = DealerDocument.objects.filter(supersedes=old).first()
        if newer is not None:
            raise AlreadySuperseded(newer)
        if old.sha256 == upload.sha256:
            raise SameFile
        new = DealerDocument(
            dealer_id=old.dealer_id, kind=old.kind, title=old.title, version=old.version + 1, supersedes=old
        )
        return _store(new, upload, by, at)


def _store(document: DealerDocument, upload: Upload, by: User | None, at: dt.datetime) -> DealerDocument:
    document.filename = upload.filename
    document.content_type = upload.content_type
    document.bytes = len(upload.content)
    document.sha256 = upload.sha256
    document.uploaded_by = by
    document.uploaded_at = at
    document.file.save(upload.filename, ContentFile(upload.content), save=False)
    try:
        with transaction.atomic():
            document.save()
    except BaseException:
        # Nothing points at what was written.
        document.file.delete(save=False)
        raise
    return document
