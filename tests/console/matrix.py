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
    # inbox
    "GET /console/inbox/": (DUTY, "/console/inbox/"),
    "POST /console/inbox/people/<contact_id>/take": (DUTY, f"/console/inbox/people/{NONE}/take"),
    "GET /console/inbox/<int:number>": (DUTY, "/console/inbox/1"),
    "GET /console/inbox/<int:number>/sound": (DUTY, "/console/inbox/1/sound"),
    "POST /console/inbox/<int:number>/claim": (DUTY, "/console/inbox/1/claim"),
    "POST /console/inbox/<int:number>/back": (DUTY, "/console/inbox/1/back"),
    "POST /console/inbox/<int:number>/answer": (DUTY, "/console/inbox/1/answer"),
    "POST /console/inbox/<int:number>/note": (DUTY, "/console/inbox/1/note"),
    "POST /console/inbox/<int:number>/tags": (DUTY, "/console/inbox/1/tags"),
    "POST /console/inbox/<int:number>/hand-over": (DUTY, "/console/inbox/1/hand-over"),
    "POST /console/inbox/<int:number>/close": (DUTY, "/console/inbox/1/close"),
    # people
    "GET /console/people/": (TEAM, "/console/people/"),
    "POST /console/people/find": (TEAM, "/console/people/find"),
    "GET /console/people/<contact_id>": (TEAM, f"/console/people/{NONE}"),
    "POST /console/people/<contact_id>/number": (TEAM, f"/console/people/{NONE}/number"),
    "POST /console/people/<contact_id>/block": (TEAM, f"/console/people/{NONE}/block"),
    "POST /console/people/<contact_id>/unblock": (TEAM, f"/console/people/{NONE}/unblock"),
    "POST /console/people/<contact_id>/forget": (TEAM, f"/console/people/{NONE}/forget"),
    # reports
    "GET /console/reports/": (LOOK, "/console/reports/"),
    "GET /console/reports/<any(asked, load, moods, stories, follow_ups):table>.csv": (
        LOOK,
        "/console/reports/load.csv",
    ),
    # health, changes, organisers, first steps
    "GET /console/health/": ("lead organiser read_only", "/console/health/"),
    "GET /console/audit/": (LEAD, "/console/audit/"),
    "GET /console/audit/changes.csv": (LEAD, "/console/audit/changes.csv"),
    "GET /console/organisers/": (LEAD, "/console/organisers/"),
    "POST /console/organisers/invite": (LEAD, "/console/organisers/invite"),
    "POST /console/organisers/<organiser_id>/link": (LEAD, f"/console/organisers/{NONE}/link"),
    "POST /console/organisers/<organiser_id>/role": (LEAD, f"/console/organisers/{NONE}/role"),
    "POST /console/organisers/<organiser_id>/remove": (LEAD, f"/console/organisers/{NONE}/remove"),
    "GET /console/first-steps/": (TEAM, "/console/first-steps/"),
    "POST /console/first-steps/<step>": (TEAM, "/console/first-steps/nothing"),
}
