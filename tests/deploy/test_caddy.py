"""Caddy itself reads our Caddyfile. Where it isn't installed this is left out, and said (tests/tiers.py)."""

from __future__ import annotations

import subprocess
from pathlib import Path

DEPLOY = Path(__file__).parents[2] / "deploy"


def test_caddy_takes_the_caddyfile() -> None:
    old = subprocess.run(["caddy", "version"], capture_output=True, text=True).stdout.lstrip("v").startswith("2.6")
    environ = {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "DOMAIN": "line.example.org"}
    environ |= {"BUFFERING": "buffer_requests"} if old else {}
    said = subprocess.run(
        ["caddy", "validate", "--adapter", "caddyfile", "--config", DEPLOY / "Caddyfile"],
        env=environ, capture_output=True, text=True,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
