"""The volunteers' pages, under /volunteer. How to add one: checkin/console/README.md."""

from __future__ import annotations

from checkin.pages.registry import Pages
from checkin.volunteers.door import shell
from checkin.volunteers.door import views as door
from checkin.volunteers.left import views as left
from checkin.volunteers.mine import views as mine
from checkin.volunteers.rota import views as rota
from checkin.volunteers.talks import views as talks
from checkin.volunteers.today import views as today

PARTS: tuple[Pages, ...] = (door.pages, shell.pages, today.pages, talks.pages, left.pages, rota.pages, mine.pages)
"""Every folder of pages."""
