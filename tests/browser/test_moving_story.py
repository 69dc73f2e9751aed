"""Oda moves in: she chooses a file, sees what would happen, imports it, takes the report, and undoes it."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import Visits
from tests.browser.test_every_page import faults
from tests.cast import VEE
from tests.console.served import Served

pytestmark = pytest.mark.processes

FILE = f"name,cell,agreed,hobby\nWim,+15555550171,,chess\nWes,+15555550172,yes,\nVee,{VEE},,\nRex,nowhere,,\n"


def chooses(page: Page, kind: str, text: str) -> None:
    """Fill in the form, and send it."""
    page.get_by_label("What the file holds").select_option(kind)
    page.get_by_label("Where it\u2019s from").fill("a spreadsheet")
    page.get_by_label("The file", exact=True).set_input_files(
        FilePayload(name="x.csv", mimeType="text/csv", buffer=text.encode())
    )
    page.get_by_role("button", name="Show what would happen").click()


@pytest.mark.parametrize(("width", "scripts"), [(1280, True), (360, False)])
def test_oda_moves_her_volunteers_in_and_out_again(site: Served, visits: Visits, width: int, scripts: bool) -> None:
    before = list(site.line.network.texts)
    page = visits.open(width, java_script_enabled=scripts)
    page.goto(site.sign_in("lead", "/console/moving/"))
    chooses(page, "volunteers", "name\nWim\n")
    expect(page.get_by_role("alert")).to_contain_text("no column called \u0027number\u0027")

    chooses(page, "volunteers", FILE if scripts else FILE.replace("W", "Z").replace("555017", "555018"))
    expect(page.get_by_text("Nothing is taken from these columns: hobby.")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Rex")).to_contain_text("Would be left out")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("status").first).to_have_text("Imported. Nobody was texted.")
    expect(page.get_by_role("button", name="Text 1 volunteer an invitation")).to_be_visible()
    if scripts:
        assert faults(page) == []
    with page.expect_download() as report:
        page.get_by_role("button", name="Download the report (CSV)").click()
    assert report.value.suggested_filename == "import-volunteers.csv"
    page.on("dialog", lambda asked: asked.accept())
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status").first).to_have_text("Undone: 2 removed, 0 kept.")
    assert site.line.network.texts == before, "nobody was texted for it"
