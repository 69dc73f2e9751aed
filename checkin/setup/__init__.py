"""From an account at the network to a line that works, and back again.

    rules/      pure: what must change (planning), and what answers at the network while we are down (fallback)
    looking     what is there now: the account, the .env
    journal     what was changed and how it was before, in the state folder
    applying    carries the changes out, and undoes them
    env_file    the .env, for its owner alone
    own_flows   the flows with the group's own name, where it has given one
    first_people  the database, the first organizer's link, the first lead
    from_practice what a practice line may give to it: flows, volunteers, stories, settings

Everything is shown before it is done, may be done twice, and can be undone. Nothing is asked for in here: that is the
command's (checkin.cli.setup_command).
"""
