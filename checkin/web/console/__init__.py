"""The organizers' pages, under /console. How to add one: README.md beside this file."""

from __future__ import annotations

from checkin.web.console.first_run import views as first_run
from checkin.web.console.flows import publishing_views as flow_publishing
from checkin.web.console.flows import views as flows
from checkin.web.console.flows.transcripts import views as flow_talks
from checkin.web.console.flows.trying import views as flow_trying
from checkin.web.console.flows.writing import views as flow_writing
from checkin.web.console.health import change_views as changes
from checkin.web.console.health import views as health
from checkin.web.console.inbox import case_views as cases
from checkin.web.console.inbox import views as inbox
from checkin.web.console.now import views as now
from checkin.web.console.organizers import views as organizers
from checkin.web.console.outbox import views as outbox
from checkin.web.console.people import views as people
from checkin.web.console.reports import views as reports
from checkin.web.console.schedule import asked_views as schedule_asked
from checkin.web.console.schedule import shift_views as schedule_shifts
from checkin.web.console.schedule import team_views as schedule_team
from checkin.web.console.schedule import views as schedule
from checkin.web.console.stories import hear_views as hearing
from checkin.web.console.stories import library_views as library
from checkin.web.console.stories import review_views as reviewing
from checkin.web.console.stories import views as stories
from checkin.web.registry import Pages

PARTS: tuple[Pages, ...] = (
    now.pages,
    inbox.pages,
    cases.pages,
    people.pages,
    stories.pages,
    reviewing.pages,
    library.pages,
    hearing.pages,
    schedule.pages,
    schedule_shifts.pages,
    schedule_team.pages,
    schedule_asked.pages,
    outbox.pages,
    health.pages,
    changes.pages,
    organizers.pages,
    first_run.pages,
    reports.pages,
    flows.pages,
    flow_writing.pages,
    flow_trying.pages,
    flow_talks.pages,
    flow_publishing.pages,
)
"""Every folder of pages. The menu stands in the order that their Menu says."""
