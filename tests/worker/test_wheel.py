"""The line is installed from a wheel, far from any checkout: everything it needs is inside."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).parents[2]
UV = os.environ.get("UV") or shutil.which("uv") or str(ROOT / ".uv" / "bin" / "uv")
pytestmark = [pytest.mark.processes, pytest.mark.long, pytest.mark.xdist_group("wheel")]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment of its own with the wheel; what we depend on is borrowed from this one, without our checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([UV, "build", "--quiet", "--wheel", "--out-dir", folder, ROOT], check=True)
    (wheel,) = folder.glob("*.whl")
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, folder / "venv"], check=True)
    python = folder / "venv" / "bin" / "python"
    subprocess.run([UV, "pip", "install", "--quiet", "--no-deps", "--python", python, wheel], check=True)
    (packages,) = (folder / "venv").glob("lib/python*/site-packages")
    (borrowed,) = (Path(sys.executable).parents[1]).glob("lib/python*/site-packages")
    (packages / "borrowed.pth").write_text(f"{borrowed}\n")
    for tool in ("gunicorn",):  # whose first line names the python that it was installed for
        script = folder / "venv" / "bin" / tool
        script.write_text(f"#!{python}\nfrom gunicorn.app.wsgiapp import run\nrun()\n")
        script.chmod(0o755)
    return folder / "venv" / "bin"


def free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def run(installed: Path, cwd: Path, *words: str) -> str:
    environ = {"PATH": f"{installed}:{os.environ['PATH']}", "HOME": str(cwd)}
    ran = subprocess.run([installed / "checkin", *words], cwd=cwd, env=environ, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_the_flows_are_in_it_and_so_is_the_database(installed: Path, tmp_path: Path) -> None:
    assert "No mistakes found" in run(installed, tmp_path, "flows", "check")
    assert "Brought the database from nothing" in run(installed, tmp_path, "db", "upgrade")
    assert "The database is up to date" in run(installed, tmp_path, "db", "check")
    assert [path.name for path in tmp_path.iterdir()] == ["var"], "beside where it was called, and nowhere else"


def test_the_whole_line_runs(installed: Path, tmp_path: Path) -> None:
    port, carrier = free(), free()
    environ = {"PATH": f"{installed}:{os.environ['PATH']}", "HOME": str(tmp_path), "PORT": str(port)}
    line = subprocess.Popen(
        [installed / "checkin", "up", "--practice-port", str(carrier)], cwd=tmp_path, env=environ, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        ends = time.monotonic() + 60
        while not _answers(f"http://localhost:{port}/healthz"):
            assert time.monotonic() < ends, "it never answered"
            assert line.poll() is None, line.communicate()[0]
            time.sleep(0.2)
        page = requests.get(f"http://localhost:{carrier}/practice", headers={"Accept": "text/html"}, timeout=5)
        assert "Practice phones" in page.text
        assert requests.get(f"http://localhost:{carrier}/practice/browser/css/line.css", timeout=5).ok
    finally:
        line.send_signal(signal.SIGINT)
        said, _ = line.communicate(timeout=30)
    assert "sample stories and tips" in said, said


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=1).ok
    except requests.RequestException:
        return False
