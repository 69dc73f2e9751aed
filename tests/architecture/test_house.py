"""The rules of the house, checked: where imports may point, how long a function may be, what must be written down."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from grimp import build_graph

from checkin.core.processes import procfile
from docs.tools import settings_page

ROOT = Path(__file__).parents[2]
PACKAGES = ("checkin", "flows", "webhooks", "worker")
READERS = {
    "flows/words/danger.py",
    "flows/words/team_words.py",
    "flows/loading.py",
    "flows/transcripts/files.py",
}
"""Where files are read: those of the folder that somebody names, and the signs of danger that come with us."""

MOST_LINES_OF_A_FUNCTION = 50
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
CONTRACTS = {contract["name"]: contract for contract in PROJECT["tool"]["importlinter"]["contracts"]}


def ours() -> Iterator[Path]:
    """Every file of Python that we wrote, tests too; migrations are records, not rooms."""
    for folder in (*PACKAGES, "tests"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_no_function_is_too_long() -> None:
    long = {
        f"{named(path)}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in ours()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: lines for name, lines in long.items() if lines > MOST_LINES_OF_A_FUNCTION} == {}


def test_no_imports_go_in_a_circle() -> None:
    """Among modules, not only the folders of the layers; imports for types count. CycleError names the circle."""
    graph = build_graph(*PACKAGES, cache_dir=None)
    TopologicalSorter({name: graph.find_modules_directly_imported_by(name) for name in graph.modules}).prepare()


def test_every_module_has_its_place_among_the_layers() -> None:
    layers = CONTRACTS["Imports point down"]["layers"]
    names = (name.strip(" ()") for layer in layers for name in re.split(r"[|:]", layer))
    placed = {".".join(name.split(".")[:2]) for name in names}
    there = {
        f"checkin.{path.stem}"
        for path in (ROOT / "checkin").iterdir()
        if not path.name.startswith("_") and (path.suffix == ".py" or (path / "__init__.py").exists())
    }
    assert there <= placed


def test_the_contract_of_the_pure_core_sees_what_it_forbids() -> None:
    """A contract that looks for names which the graph spells otherwise would be kept for ever."""
    graph = build_graph(*PACKAGES, include_external_packages=True, cache_dir=None)
    for name in ("os", "time", "secrets", "flask", "sqlalchemy", "rq", "twilio", "subprocess", "signal"):
        assert graph.find_modules_that_directly_import(name), (
            f"nobody imports {name}: is it spelled as grimp spells it?"
        )


@pytest.mark.parametrize("pure", ["flows", *(named(path) for path in sorted(ROOT.glob("checkin/*/rules*")))])
def test_the_pure_core_reads_no_file_but_where_it_is_said(pure: str) -> None:
    calls = {"open", "input", "print", "exec", "eval", "__import__"}
    methods = {"read_text", "read_bytes", "write_text", "write_bytes", "open", "unlink", "mkdir"}
    found = [
        f"{named(path)}:{node.lineno}"
        for path in sorted((ROOT / pure).rglob("*.py") if (ROOT / pure).is_dir() else [ROOT / pure])
        if named(path) not in READERS
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Name) and node.func.id in calls)
            or (isinstance(node.func, ast.Attribute) and node.func.attr in methods)
        )
    ]
    assert found == []


def test_the_practice_network_imports_nothing_else_of_the_line() -> None:
    """It is a carrier like any other: whoever starts it tells it what it needs."""
    graph = build_graph("checkin", cache_dir=None)
    inside = graph.find_descendants("checkin.practice") | {"checkin.practice"}
    outside = {found for module in inside for found in graph.find_modules_directly_imported_by(module)} - inside
    assert outside == set()


def test_the_environment_is_read_in_the_settings_alone() -> None:
    allowed = {"checkin/core/settings.py", "checkin/cli/up.py"}  # `up` hands its own on to the processes that it starts
    readers = {named(path) for path in ours() if re.search(r"os\.(environ|getenv)", path.read_text())}
    assert {name for name in readers if not name.startswith("tests/")} <= allowed


def test_the_docs_and_the_example_tell_every_setting() -> None:
    """Written by python -m docs.tools.settings_page; whoever adds a setting runs it."""
    page = settings_page.PAGE.read_text()
    assert settings_page.in_page(page) == page
    assert settings_page.markdown() in page
    assert settings_page.example() == (ROOT / ".env.example").read_text()


def test_every_decision_has_a_date_and_says_whether_it_holds() -> None:
    dated = re.compile(r"# \d+\. .+\n\n\d{4}-\d\d-\d\d\. (Holds|Superseded)")
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [record.name for record in records if not dated.match(record.read_text())] == []


def test_the_checks_before_a_commit_need_nothing_that_is_not_fetched() -> None:
    entries = re.findall(r"entry: (\S+) ", (ROOT / ".pre-commit-config.yaml").read_text())
    assert set(entries) == {"uv", "bin/checkin"}


def test_hosts_start_the_commands_that_there_are() -> None:
    commands = procfile()
    assert commands["release"] == "checkin db upgrade"
    assert commands["worker"] == "checkin worker"
    assert commands["clock"] == "checkin clock"
    assert commands["web"].startswith("gunicorn ")
    assert commands["web"].endswith(" checkin.wsgi:app")


def test_public_code_says_what_it_promises() -> None:
    silent = [
        f"{named(path)}:{node.lineno} {node.name}"
        for path in ours()
        if not named(path).startswith("tests/")
        for node in ast.iter_child_nodes(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and ast.get_docstring(node) is None
    ]
    assert silent == []
