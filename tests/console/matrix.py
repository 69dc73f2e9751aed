"""Who may open and send what: every route of the pages, and the roles that it is for. A route that is not here fails.

An entry: "METHOD rule": (roles, a path of it). "*" is anybody, also who is not signed in. Written by hand, from what
each role is for, and never from the table in checkin.rules.access: the two are held against each other.
"""

from __future__ import annotations

ALL = "lead organiser reviewer volunteer_lead read_only"
LOOK = "lead organiser volunteer_lead read_only"
DUTY = "lead organiser volunteer_lead"
TEAM = "lead organiser"
LEAD = "lead"
NONE = "0" * 32

MATRIX: dict[str, tuple[str, str]] = {
    # the door
    "GET /": ("*", "/"),
    "GET /signin": ("*", "/signin"),
    "POST /signin": ("*", "/signin"),
    "POST /signout": ("*", "/signout"),
    "GET /setup/<token>": ("*", "/setup/nothing"),
    "POST /setup/<token>": ("*", "/setup/nothing"),
    "POST /look": ("*", "/look"),
    "POST /csp-report": ("*", "/csp-report"),
    "GET /account": (ALL, "/account"),
    "POST /account/password": (ALL, "/account/password"),
    "POST /account/signout": (ALL, "/account/signout"),
    # now
    "GET /console/": (LOOK, "/console/"),
    "GET /console/live": (LOOK, "/console/live"),
    "POST /console/alerts/<alert_id>/close": (DUTY, f"/console/alerts/{NONE}/close"),
}
