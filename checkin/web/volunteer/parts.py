"""The volunteers' pages, under /volunteer. How to add one: checkin/web/console/README.md."""

from __future__ import annotations

from checkin.web.registry import Pages
from checkin.web.volunteer.chats import views as talks
from checkin.web.volunteer.home import views as today
from checkin.web.volunteer.messages import views as left
from checkin.web.volunteer.profile import views as mine
from checkin.web.volunteer.shifts import views as schedule
from checkin.web.volunteer.sign_in import shell
from checkin.web.volunteer.sign_in import views as sign_in

PARTS: tuple[Pages, ...] = (
    sign_in.pages,
    shell.pages,
    today.pages,
    talks.pages,
    left.pages,
    schedule.pages,
    mine.pages,
)
"""Every folder of pages."""
