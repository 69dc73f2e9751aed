"""The organisers' pages, under /console. How to add one: README.md beside this file."""

from __future__ import annotations

from checkin.console.first_run import views as first_run
from checkin.console.health import change_views as changes
from checkin.console.health import views as health
from checkin.console.inbox import case_views as cases
from checkin.console.inbox import views as inbox
from checkin.console.now import views as now
from checkin.console.organisers import views as organisers
from checkin.console.people import views as people
from checkin.console.reports import views as reports
from checkin.pages.registry import Pages

PARTS: tuple[Pages, ...] = (
    now.pages,
    inbox.pages,
    cases.pages,
    people.pages,
    health.pages,
    changes.pages,
    organisers.pages,
    first_run.pages,
    reports.pages,
)
"""Every folder of pages. The menu stands in the order that their Menu says."""
