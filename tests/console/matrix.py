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
WORDS = "lead organiser read_only"
STORIES = "lead organiser reviewer read_only"
REVIEW = "lead organiser reviewer"
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
    # stories
    "GET /console/stories/": (STORIES, "/console/stories/"),
    "GET /console/stories/review/<story_id>": (REVIEW, f"/console/stories/review/{NONE}"),
    "POST /console/stories/review/<story_id>/keep": (REVIEW, f"/console/stories/review/{NONE}/keep"),
    "POST /console/stories/review/<story_id>/trim": (REVIEW, f"/console/stories/review/{NONE}/trim"),
    "POST /console/stories/review/<story_id>/publish": (REVIEW, f"/console/stories/review/{NONE}/publish"),
    "POST /console/stories/review/<story_id>/return": (REVIEW, f"/console/stories/review/{NONE}/return"),
    "POST /console/stories/review/<story_id>/decline": (REVIEW, f"/console/stories/review/{NONE}/decline"),
    "POST /console/stories/review/<story_id>/again": (REVIEW, f"/console/stories/review/{NONE}/again"),
    "GET /console/stories/library/": (STORIES, "/console/stories/library/"),
    "GET /console/stories/library/add": (REVIEW, "/console/stories/library/add"),
    "POST /console/stories/library/add": (REVIEW, "/console/stories/library/add"),
    "GET /console/stories/library/<story_id>": (STORIES, f"/console/stories/library/{NONE}"),
    "POST /console/stories/library/<story_id>/change": (REVIEW, f"/console/stories/library/{NONE}/change"),
    "POST /console/stories/library/<story_id>/withdraw": (REVIEW, f"/console/stories/library/{NONE}/withdraw"),
    "GET /console/stories/hear/<story_id>/sound": (STORIES, f"/console/stories/hear/{NONE}/sound"),
    "GET /console/stories/hear/<story_id>/address": (STORIES, f"/console/stories/hear/{NONE}/address"),
    # rota
    "GET /console/rota/": (LOOK, "/console/rota/"),
    "POST /console/rota/shifts": (DUTY, "/console/rota/shifts"),
    "GET /console/rota/shifts/<shift_id>": (LOOK, f"/console/rota/shifts/{NONE}"),
    "POST /console/rota/shifts/<shift_id>/move": (DUTY, f"/console/rota/shifts/{NONE}/move"),
    "POST /console/rota/shifts/<shift_id>/change": (DUTY, f"/console/rota/shifts/{NONE}/change"),
    "POST /console/rota/shifts/<shift_id>/day-off": (DUTY, f"/console/rota/shifts/{NONE}/day-off"),
    "POST /console/rota/shifts/<shift_id>/extra-day": (DUTY, f"/console/rota/shifts/{NONE}/extra-day"),
    "POST /console/rota/shifts/<shift_id>/remove": (DUTY, f"/console/rota/shifts/{NONE}/remove"),
    "GET /console/rota/volunteers/": (LOOK, "/console/rota/volunteers/"),
    "POST /console/rota/volunteers/add": (DUTY, "/console/rota/volunteers/add"),
    "GET /console/rota/volunteers/<volunteer_id>": (LOOK, f"/console/rota/volunteers/{NONE}"),
    "POST /console/rota/volunteers/<volunteer_id>/change": (DUTY, f"/console/rota/volunteers/{NONE}/change"),
    "POST /console/rota/volunteers/<volunteer_id>/shifts": (DUTY, f"/console/rota/volunteers/{NONE}/shifts"),
    "POST /console/rota/volunteers/<volunteer_id>/pause": (DUTY, f"/console/rota/volunteers/{NONE}/pause"),
    "POST /console/rota/volunteers/<volunteer_id>/resume": (DUTY, f"/console/rota/volunteers/{NONE}/resume"),
    "POST /console/rota/volunteers/<volunteer_id>/feed": (DUTY, f"/console/rota/volunteers/{NONE}/feed"),
    "POST /console/rota/volunteers/<volunteer_id>/remove": (DUTY, f"/console/rota/volunteers/{NONE}/remove"),
    "GET /console/rota/asked/": (LOOK, "/console/rota/asked/"),
    # reports
    "GET /console/reports/": (LOOK, "/console/reports/"),
    "GET /console/reports/<any(asked, load, moods, stories, follow_ups):table>.csv": (
        LOOK,
        "/console/reports/load.csv",
    ),
    # flows
    "GET /console/flows/": (WORDS, "/console/flows/"),
    "GET /console/flows/new": (TEAM, "/console/flows/new"),
    "POST /console/flows/new": (TEAM, "/console/flows/new"),
    "GET /console/flows/<flow>": (WORDS, "/console/flows/check_in"),
    "GET /console/flows/<flow>/drawing.svg": (WORDS, "/console/flows/check_in/drawing.svg"),
    "GET /console/flows/<flow>/edit": (WORDS, "/console/flows/check_in/edit"),
    "POST /console/flows/<flow>/edit": (TEAM, "/console/flows/check_in/edit"),
    "POST /console/flows/<flow>/upload": (TEAM, "/console/flows/check_in/upload"),
    "POST /console/flows/<flow>/check": (TEAM, "/console/flows/check_in/check"),
    "GET /console/flows/<flow>/flow.yaml": (WORDS, "/console/flows/check_in/flow.yaml"),
    "POST /console/flows/<flow>/drop": (TEAM, "/console/flows/check_in/drop"),
    "GET /console/flows/<flow>/try": (WORDS, "/console/flows/check_in/try"),
    "POST /console/flows/<flow>/try": (WORDS, "/console/flows/check_in/try"),
    "GET /console/flows/<flow>/tests": (WORDS, "/console/flows/check_in/tests"),
    "GET /console/flows/<flow>/publish": (WORDS, "/console/flows/check_in/publish"),
    "POST /console/flows/<flow>/publish": (TEAM, "/console/flows/check_in/publish"),
    "GET /console/flows/<flow>/history": (WORDS, "/console/flows/check_in/history"),
    "GET /console/flows/<flow>/history/<version>": (WORDS, "/console/flows/check_in/history/nothing"),
    "POST /console/flows/<flow>/history/<version>/back": (TEAM, "/console/flows/check_in/history/nothing/back"),
    "POST /console/flows/<flow>/retire": (TEAM, "/console/flows/check_in/retire"),
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
