"""Every way to run the line says what the Procfile says, and holds no secret."""

from __future__ import annotations

import json
import re
import tomllib
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml

from checkin.core.processes import procfile
from checkin.core.settings import TABLE, Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
PROCESSES = set(procfile())
NAMES = {row.name for row in TABLE}
SECRET = ("CHECKIN_SECRET", "TWILIO_AUTH_TOKEN", "AWS_SECRET_ACCESS_KEY", "CHECKIN_METRICS_TOKEN", "CHECKIN_PING_URL")


def read(name: str) -> Any:
    text = (DEPLOY / name).read_text()
    return {".toml": tomllib.loads, ".json": json.loads, ".yaml": yaml.safe_load}[Path(name).suffix](text)


def run(name: str) -> str:
    return f"checkin run {name}"


def settings_of(environment: dict[str, str]) -> None:
    """Every name is a setting of ours, and what they say lets a line start."""
    assert set(environment) <= NAMES
    given = {
        "PUBLIC_URL": "https://line.example.org", "CHECKIN_LINE_NUMBER": "+15555550100", "CHECKIN_SECRET": "s" * 40,
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "t" * 32, **environment,
    }  # fmt: skip
    settings = Settings.from_env(given)
    assert settings.host == "0.0.0.0", "else nobody reaches it from outside the container"
    assert settings.proxies, "else everybody behind the proxy counts as one place"


def test_compose_runs_each_process_of_the_procfile() -> None:
    services = read("compose.yaml")["services"]
    assert {name for name in services if services[name].get("command") == ["checkin", "run", name]} == PROCESSES
    assert services["web"]["depends_on"]["release"] == {"condition": "service_completed_successfully"}
    assert {"caddy", "postgres", "valkey"} <= set(services)


def test_compose_lets_the_line_write_into_its_state_alone() -> None:
    compose = read("compose.yaml")
    for name in PROCESSES:
        service = compose["services"][name]
        assert service["read_only"] is True
        assert service["volumes"] == ["state:/state", *(["backups:/backups"] if name == "worker" else [])]
        assert service["cap_drop"] == ["ALL"]
        environment = {key: re.sub(r"\$\{(\w+)[^}]*\}", "line.example.org", value)
                       for key, value in service["environment"].items()}  # fmt: skip
        settings_of(environment)
    opened = {name for name, service in compose["services"].items() if "ports" in service}
    assert opened == {"caddy"}, "only the proxy is reached from outside"


def test_the_proxy_of_compose_is_the_one_that_is_believed() -> None:
    compose = read("compose.yaml")
    (network,) = compose["networks"]["front"]["ipam"]["config"]
    caddy = compose["services"]["caddy"]["networks"]["front"]["ipv4_address"]
    assert compose["services"]["web"]["environment"]["CHECKIN_TRUSTED_PROXIES"] == network["subnet"]
    assert ip_address(caddy) in ip_network(network["subnet"])
    shared = set(compose["services"]["caddy"]["networks"]) & set(compose["services"]["web"]["networks"])
    assert shared == {"front"}, "else it comes from an address that nobody believes"


def test_compose_backs_up_by_our_own_command_with_the_servers_own_programs() -> None:
    compose, image = read("compose.yaml"), (DEPLOY / "Dockerfile").read_text()
    for name in PROCESSES:
        assert compose["services"][name]["environment"]["CHECKIN_BACKUP_TO"] == "/backups"
    version = compose["services"]["postgres"]["image"].rpartition(":")[2]
    assert f"postgresql-client-{version} " in image, "pg_dump refuses a newer server"
    assert "-o checkin -m 700 /backups" in image, "else the volume is root's"


def test_the_image_is_no_root_and_starts_as_the_procfile_says() -> None:
    lines = (DEPLOY / "Dockerfile").read_text().splitlines()
    last = lines[max(place for place, line in enumerate(lines) if line.startswith("FROM")) :]
    assert "USER 10001" in last
    assert "VOLUME /state" in last
    assert 'CMD ["checkin", "run", "web"]' in last
    assert "STOPSIGNAL SIGTERM" in last
    assert any(line.startswith("HEALTHCHECK") for line in last)
    words = dict(pair.split("=", 1) for line in last if line.startswith("ENV") for pair in line.split()[1:])
    settings_of({name: value for name, value in words.items() if name in NAMES} | {"CHECKIN_TRUSTED_PROXIES": "1"})


def test_nothing_but_code_goes_into_the_image() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert (ROOT / ".dockerignore").read_text().startswith("*\n")
    assert not {".env", "var", ".git", "tests"} & allowed
    packed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert {*packed["packages"], *packed["force-include"]} <= allowed


def test_heroku_runs_the_procfile() -> None:
    app = read("app.json")
    assert set(app["formation"]) == PROCESSES - {"release"}
    settings_of({name: said["value"] for name, said in app["env"].items() if "value" in said})
    required = {row.name for row in TABLE if row.default is None}
    assert required <= set(app["env"]) <= NAMES


def test_render_runs_each_process() -> None:
    blueprint = read("render.yaml")
    services = [service for service in blueprint["services"] if service["type"] in ("web", "worker")]
    commands = {service["dockerCommand"] for service in services}
    commands |= {service["preDeployCommand"] for service in services if "preDeployCommand" in service}
    assert commands == {run(name) for name in PROCESSES}
    for service in services:
        assert {said["key"] for said in service["envVars"] if "key" in said} <= NAMES
    (group,) = blueprint["envVarGroups"]
    settings_of({said["key"]: said["value"] for said in group["envVars"]})


def test_fly_runs_each_process() -> None:
    fly = read("fly.toml")
    commands = {**fly["processes"], "release": fly["deploy"]["release_command"]}
    assert commands == {name: run(name) for name in PROCESSES}
    settings_of(fly["env"])
    assert fly["http_service"]["internal_port"] == int(fly["env"]["PORT"])


@pytest.mark.parametrize("path", sorted(path.name for path in DEPLOY.iterdir() if path.is_file()))
def test_no_secret_stands_in_any_of_them(path: str) -> None:
    text = (DEPLOY / path).read_text()
    for name in SECRET:
        for after in re.findall(rf"{name}\"?\s*[:=]\s*(\S+)", text):
            assert after.startswith(("{", "...", "$")), f"{path} says what {name} is"
    assert not re.search(r"AC[0-9a-f]{32}|[A-Za-z0-9_-]{43,}", text)
