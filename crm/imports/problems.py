"""Why a file as a whole cannot be taken. Each has a code and figures; crm.imports.messages makes sentences of them."""

from __future__ import annotations

from typing import Any


class BadFile(Exception):
    """The file cannot be read. `code` and `figures` are what ImportRun.problem keeps."""

    def __init__(self, code: str, **figures: Any) -> None:
        super().__init__(code, figures)
        self.code, self.figures = code, figures

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, **self.figures}
