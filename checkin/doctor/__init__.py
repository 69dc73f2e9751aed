"""Whether all is well with a line: the account, the number, the way here from outside, this machine, the team.

facts       what was found out, as values; what could not be asked says why
gathering   finds it out: asks the network, our own address, the database, Redis, the disk
rules/      pure: one check a function, from facts to a finding
findings    what a check says: green, amber or red, and what to do
service     all of it, and the last results, which the console's Health shows
"""
