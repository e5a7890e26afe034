"""Where things lie in the checkout."""

from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent
VAR = CHECKOUT / "var"
LOG = VAR / "log"
RUN = VAR / "run"
# Written while the services run, so that `manage.py` in another terminal finds them; settings.py reads it.
ADDRESSES = RUN / "addresses.env"


def private_folder(path: Path) -> Path:
    """`path`, made if missing and closed to every other user of the machine."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    return path
