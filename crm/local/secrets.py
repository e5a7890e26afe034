"""Passwords of the embedded services and the local SECRET_KEY: made once, readable by their owner only.

The services listen on loopback, where every other user of the machine can knock; so they ask for a password.
"""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Secrets:
    postgres: str
    redis: str
    secret_key: str


def load_or_make(path: Path) -> Secrets:
    if path.exists():
        return Secrets(**json.loads(path.read_text(encoding="ascii")))
    made = Secrets(secrets.token_hex(32), secrets.token_hex(32), secrets.token_hex(48))
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        json.dump(asdict(made), file)
    fresh.replace(path)
    return made
