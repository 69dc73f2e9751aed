"""The organisers' pages, under /console. How to add one: README.md beside this file."""

from __future__ import annotations

from checkin.console.first_run import views as first_run
from checkin.console.flows import publishing_views as flow_publishing
from checkin.console.flows import views as flows
from checkin.console.flows.talks import views as flow_talks
from checkin.console.flows.trying import views as flow_trying
from checkin.console.flows.writing import views as flow_writing
from checkin.console.health import change_views as changes
from checkin.console.health import views as health
from checkin.console.inbox import case_views as cases
from checkin.console.inbox import views as inbox
from checkin.console.now import views as now
from checkin.console.organisers import views as organisers
from checkin.console.outbox import views as outbox
from checkin.console.people import views as people
from checkin.console.reports import views as reports
from checkin.console.rota import asked_views as rota_asked
from checkin.console.rota import shift_views as rota_shifts
from checkin.console.rota import team_views as rota_team
from checkin.console.rota import views as rota
from checkin.console.stories import hear_views as hearing
from checkin.console.stories import library_views as library
from checkin.console.stories import review_views as reviewing
from checkin.console.stories import views as stories
from checkin.pages.registry import Pages

PARTS: tuple[Pages, ...] = (
    now.pages,
    inbox.pages,
    cases.pages,
    people.pages,
    stories.pages,
    reviewing.pages,
    library.pages,
    hearing.pages,
    rota.pages,
    rota_shifts.pages,
    rota_team.pages,
    rota_asked.pages,
    outbox.pages,
    health.pages,
    changes.pages,
    organisers.pages,
    first_run.pages,
    reports.pages,
    flows.pages,
    flow_writing.pages,
    flow_trying.pages,
    flow_talks.pages,
    flow_publishing.pages,
)
"""Every folder of pages. The menu stands in the order that their Menu says."""
