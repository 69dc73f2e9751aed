"""`python -m tests.console.shots [es] [PATH …]`: pages at 360 and 1280 px, light and dark, in /tmp/shots.

Without a path: every page of the matrix, and the practice phones; with a language (es), in that one. A line of its own
with people in it, in this process; looked at with Debian's Chromium. Nothing of yours is touched.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from checkin.accounts.rules import Role
from checkin.i18n.gettext import LANGUAGES
from tests.cast import ANA
from tests.console.served import Served, served
from tests.console.stories import a_story
from tests.practice.a_house import AHouse

OUT = Path("/tmp/shots")  # noqa: S108 - pictures to look at
WIDTHS = {"phone": 360, "desk": 1280}
PHONES = "/practice"


def main(paths: list[str]) -> None:
    """Take the pictures; print what the browser complained of, and what does not fit.

    In a path, @ana, @waits and @heard are the ids of hers, and of a story that waits or is heard.
    """
    OUT.mkdir(exist_ok=True)
    language = paths.pop(0) if paths and paths[0] in LANGUAGES else "en"
    with served() as site, _phones() as desk, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        wanted = _wanted(site, paths)
        for name, width in WIDTHS.items():
            for theme in ("light", "dark"):
                context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=theme)
                if language != "en":
                    context.add_cookies([{"name": "language", "value": language, "url": site.url}])
                for role, path in wanted:
                    address = f"{desk}{PHONES}" if path == PHONES else site.sign_in(role, path, theme)
                    page = context.new_page()
                    _look(page, address, path, f"{name}.{theme}.{language}")
                    page.close()
                context.close()
        chromium.close()


def _wanted(site: Served, paths: list[str]) -> list[tuple[Role, str]]:
    if not paths:
        return [*site.pages(), ("lead", PHONES)]
    there = {
        "@ana": site.line.contact(ANA).id,
        "@waits": a_story(site.line, waiting=True),
        "@heard": a_story(site.line, waiting=False),
    }
    for name, found in there.items():
        paths = [path.replace(name, found) for path in paths]
    return [("volunteer" if path.startswith("/volunteer") else "lead", path) for path in paths]


@contextmanager
def _phones() -> Iterator[str]:
    """The practice network, with a call and a text on its phones."""
    with tempfile.TemporaryDirectory() as folder, AHouse(Path(folder)) as house:
        ana = house.network.phone(ANA, "Ana")
        ana.texts("hi")
        ana.reads()
        yield house.network.url


def _look(page: Page, address: str, path: str, name: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(address)
    page.wait_for_timeout(600 if path == PHONES else 150)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    slug = re.sub(r"[0-9a-f]{32}", "one", path).strip("/").replace("/", "-").replace("?", "-") or "first"
    page.screenshot(path=OUT / f"{slug}.{name}.png", full_page=True)
    for words in said:
        print(f"{path} ({name}): {words}")
    if wide > 0:
        print(f"{path} ({name}): {wide} px too wide")


if __name__ == "__main__":
    main(sys.argv[1:])
