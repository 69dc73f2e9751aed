"""A Redis of our own: private, in order when it ends, and clear about why it can't start."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from redis import Redis

from checkin.core.embedded_redis import EmbeddedRedis, NoRedis

pytestmark = pytest.mark.processes


def test_nobody_else_can_reach_it(own_folder: Path, tmp_path: Path) -> None:
    with EmbeddedRedis(f"unix://{own_folder / 'private.sock'}", tmp_path) as server:
        assert stat.S_IMODE(server.socket.stat().st_mode) == 0o700
        with Redis.from_url(server.url) as client:
            assert client.config_get("port")["port"] == "0"
            assert client.config_get("appendonly")["appendonly"] == "yes"
            assert client.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"


def test_a_second_one_on_the_same_socket_is_refused(own_folder: Path, tmp_path: Path) -> None:
    url = f"unix://{own_folder / 'twice.sock'}"
    with (
        EmbeddedRedis(url, tmp_path / "one"),
        pytest.raises(NoRedis, match="running in another terminal"),
        EmbeddedRedis(url, tmp_path / "two"),
    ):
        pass


def test_a_socket_left_behind_by_a_crash_is_no_hindrance(own_folder: Path, tmp_path: Path) -> None:
    url = f"unix://{own_folder / 'crash.sock'}"
    first = EmbeddedRedis(url, tmp_path)
    first.start()
    assert first.process is not None
    first.process.kill()
    first.process.wait()
    assert first.socket.exists()
    with EmbeddedRedis(url, tmp_path) as again, Redis.from_url(again.url) as client:
        assert client.ping()


def test_one_that_cannot_start_says_why(own_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "appendonlydir").mkdir()
    (tmp_path / "appendonlydir" / "appendonly.aof.manifest").write_text("nonsense\n")
    with (
        pytest.raises(NoRedis, match="didn't start: .*AOF"),
        EmbeddedRedis(f"unix://{own_folder / 'broken.sock'}", tmp_path),
    ):
        pass


def test_none_at_all_says_what_to_do(monkeypatch: pytest.MonkeyPatch, own_folder: Path, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("platform.system", lambda: "Plan9")
    with pytest.raises(NoRedis, match="set REDIS_URL, or install valkey-server"):
        EmbeddedRedis(f"unix://{own_folder / 'none.sock'}", tmp_path).start()


def test_a_forked_child_that_ends_leaves_it_alone(own_folder: Path, tmp_path: Path) -> None:
    with EmbeddedRedis(f"unix://{own_folder / 'fork.sock'}", tmp_path) as server:
        child = os.fork()
        if child == 0:
            os._exit(0)
        os.waitpid(child, 0)
        with Redis.from_url(server.url) as client:
            assert client.ping()
