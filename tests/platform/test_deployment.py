"""The production as described: docker-compose.yml, Dockerfile, .dockerignore, Caddyfile. It cannot be run here, so it is read."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.platform.test_settings import example, names_read

CHECKOUT = Path(__file__).parents[2]
COMPOSE_TEXT = (CHECKOUT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(COMPOSE_TEXT)
SERVICES: dict[str, Any] = COMPOSE["services"]
DOCKERFILE = (CHECKOUT / "Dockerfile").read_text(encoding="utf-8")
APP = ("web", "worker", "beat", "migrate")
# Settings that must keep their default in this production, and why.
LEFT_OUT = {
    "DEBUG": "is refused in production",
    "SECOND_FACTOR_DEMANDED": "is refused when off in production",
}

each_service = pytest.mark.parametrize("name", sorted(SERVICES))


def test_everything_of_a_production_is_there() -> None:
    assert set(SERVICES) == {"proxy", "web", "worker", "beat", "migrate", "postgres", "redis", "backup"}


@each_service
def test_service_runs_without_rights(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service.get("privileged")
    user, _, group = service["user"].partition(":")
    assert int(user) > 0
    assert int(group) > 0


@each_service
def test_service_is_watched_and_comes_back(name: str) -> None:
    service = SERVICES[name]
    if name == "migrate":
        assert service["restart"] == "no"
        assert service["healthcheck"] == {"disable": True}
        return
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    assert {"interval", "timeout", "start_period"} <= set(service["healthcheck"])


@each_service
def test_service_writes_only_to_volumes_and_memory(name: str) -> None:
    for volume in SERVICES[name].get("volumes", []):
        source, target, *_ = volume.split(":")
        assert source in COMPOSE["volumes"], "a path of the host would need rights there"
        assert target.startswith("/")
    assert any(entry.startswith("/tmp") for entry in SERVICES[name]["tmpfs"])
    assert SERVICES[name]["logging"]["options"]["max-size"]


def test_only_the_proxy_is_reached_from_outside() -> None:
    assert {name for name, service in SERVICES.items() if service.get("ports")} == {"proxy"}
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    for name in ("postgres", "redis", "backup"):
        assert SERVICES[name]["networks"] == ["inside"]
    assert "inside" not in SERVICES["proxy"]["networks"]


def test_nobody_works_before_the_migrations_are_done() -> None:
    for name in ("web", "worker", "beat", "backup"):
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert SERVICES["migrate"]["command"] == ["python", "manage.py", "migrate", "--no-input"]
    assert "migrate" not in SERVICES["migrate"]["depends_on"]
    for name in APP:
        assert SERVICES[name]["depends_on"]["postgres"] == {"condition": "service_healthy"}
        assert SERVICES[name]["depends_on"]["redis"] == {"condition": "service_healthy"}


def test_every_setting_reaches_the_program() -> None:
    read = names_read((CHECKOUT / "crm" / "settings.py").read_text(encoding="utf-8"))
    for name in APP:
        given = SERVICES[name]["environment"]
        assert read - set(given) == set(LEFT_OUT), name
        assert set(given) - read == {"WEB_WORKERS", "WEB_THREADS"}, name
        assert given["ENVIRONMENT"] == "production"
        assert given["TRUSTED_PROXY_COUNT"] == "1"


def test_every_variable_of_compose_is_in_the_example() -> None:
    named = set(re.findall(r"\$\{([A-Z_]+)", COMPOSE_TEXT))

    assert named <= set(example())
    # What has no safe default is asked for by name when it is missing.
    for name in (
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "SITE_URL",
        "POSTGRES_PASSWORD",
        "REDIS_PASSWORD",
        "EMAIL_URL",
        "SITE_HOST",
    ):
        assert f"${{{name}:?" in COMPOSE_TEXT, name
        assert f"${{{name}:-" not in COMPOSE_TEXT, name


def test_defaults_of_compose_are_those_of_the_example() -> None:
    for name, default in re.findall(r"\$\{([A-Z_]+):-([^}]*)\}", COMPOSE_TEXT):
        assert example()[name][1] == default, name


def test_no_secret_stands_in_a_command() -> None:
    for name, service in SERVICES.items():
        command = service.get("command", [])
        for word in command if isinstance(command, list) else command.split():
            assert not re.search(r"(?<!\$)\$\{?[A-Z_]*(PASSWORD|SECRET|TOKEN)", word), name


def test_queue_and_database_are_kept() -> None:
    assert "appendonly yes" in SERVICES["redis"]["command"][-1]
    assert "requirepass $$REDIS_PASSWORD" in SERVICES["redis"]["command"][-1]
    assert SERVICES["redis"]["volumes"] == ["queue:/data"]
    # From version 18 on the image keeps its data in a folder of its version below this one.
    assert SERVICES["postgres"]["volumes"] == ["database:/var/lib/postgresql"]
    assert SERVICES["postgres"]["image"].startswith("postgres:18")
    assert "--locale=C.UTF-8" in SERVICES["postgres"]["environment"]["POSTGRES_INITDB_ARGS"]


def stages() -> dict[str, list[str]]:
    """The instructions of each stage of the Dockerfile, continued lines joined, comments left out."""
    found: dict[str, list[str]] = {}
    joined = re.sub(r"\\\n\s*", " ", re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE))
    name = ""
    for line in joined.splitlines():
        if match := re.match(r"FROM (\S+) AS (\S+)$", line):
            name = match[2]
            found[name] = []
        if line:
            found[name].append(line)
    return found


def test_targets_of_compose_are_stages_that_end_unprivileged() -> None:
    for service in SERVICES.values():
        if "build" not in service:
            continue
        lines = stages()[service["build"]["target"]]
        users = [line.split()[1] for line in lines if line.startswith("USER ")]
        assert users
        assert users[-1] not in ("root", "0")
        assert users[-1] in (service["user"], "postgres")
        assert any(line.startswith("HEALTHCHECK ") for line in lines)


def test_images_install_from_the_lock_with_hashes_only() -> None:
    installs = [line for lines in stages().values() for line in lines if "pip install" in line]

    assert len(installs) == 2
    assert all("--require-hashes" in line and "--no-deps" in line for line in installs)
    assert "tools.lock runtime" in next(line for line in stages()["packages"] if "pip install" in line)


def test_final_image_holds_every_app_and_no_tool() -> None:
    copies = [line.split() for line in stages()["app"] if line.startswith("COPY ")]
    copied = [words[1] for words in copies if not words[1].startswith("--from")]
    built = [words[2].removeprefix("/src/") for words in copies if words[1] == "--from=assets"]
    packages = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    apps = packages["targets"]["wheel"]["packages"]

    assert {*copied, *built} == {"manage.py", "templates", "deploy/probe.py", "locale", "static", "var/static", *apps}
    assert not any("tools" in line or "tests" in line for line in stages()["app"])
    compiled = next(line for line in stages()["app"] if "compileall" in line)
    assert all(app in compiled.split() for app in apps if (CHECKOUT / app / "__init__.py").exists())


def test_context_of_the_build_holds_what_the_stages_copy_and_no_secret() -> None:
    lines = (CHECKOUT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = {line[1:] for line in lines if line.startswith("!")}

    assert lines[[line.startswith("#") for line in lines].index(False)] == "*"
    assert not {".env", "var", ".git", ".venv"} & allowed
    for name, instructions in stages().items():
        for line in instructions:
            if line.startswith("COPY ") and "--from" not in line and line != "COPY . .":
                for source in line.split()[1:-1]:
                    assert source.removeprefix("./").split("/")[0] in allowed, f"{name}: {source}"
    assert all((CHECKOUT / path).exists() for path in allowed - {"static"})


def test_proxy_hides_the_figures_and_names_the_request() -> None:
    caddyfile = (CHECKOUT / "deploy" / "Caddyfile").read_text(encoding="utf-8")

    assert "respond /metrics 404" in caddyfile
    assert "header_up X-Request-ID" in caddyfile
    assert "reverse_proxy web:8000" in caddyfile
    named = set(re.findall(r"\{\$([A-Z_]+)\}", caddyfile))
    assert named == set(SERVICES["proxy"]["environment"])
    ports = {mapping.split("/")[0].split(":")[1] for mapping in SERVICES["proxy"]["ports"]}
    assert {f"{kind}_port {port}" for kind, port in (("http", "8080"), ("https", "8443"))} <= {
        line.strip() for line in caddyfile.splitlines()
    }
    assert ports == {"8080", "8443"}
