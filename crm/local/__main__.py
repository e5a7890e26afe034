"""`python -m crm.local demo`, `... assets`, `... run COMMAND`; called by the Makefile."""

from __future__ import annotations

import os
import sys

import environ

from crm.local import assets, command, demo
from crm.local.failures import LocalFailure
from crm.local.places import CHECKOUT


def main(argv: list[str]) -> int:
    os.umask(0o022)
    environ.Env.read_env(CHECKOUT / ".env")
    try:
        match argv:
            case ["demo"]:
                return demo.run()
            case ["assets"]:
                assets.make_all()
                return 0
            case ["run", *rest] if rest:
                return command.run(rest)
            case _:
                print(__doc__, file=sys.stderr)
                return 2
    except LocalFailure as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
