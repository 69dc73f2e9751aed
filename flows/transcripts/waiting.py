"""What a contact's texts do while they wait for a peer, and while one is with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.engine.inputs import NoPeer, Texted

if TYPE_CHECKING:
    from flows.transcripts.world import World


def texts_in_relay(world: World, body: str) -> None:
    """To the peer who is there; while they wait, DONE and the keywords of the line lead on, and anything else waits."""
    done = world.library.ears.done(body)
    if world.peers.joined:
        if done:
            world.step(world.peers.closes(world.now))
        else:
            world.peers.heard.append(body)
        return
    line, keyword = world.library.lines[world.line], world.library.keyword(world.line, body)
    flow = keyword[0] if keyword else None
    if done:
        world.step(world.peers.leaves("done") or NoPeer("hung_up"))
    elif flow is not None and line.message is not None and flow == line.message.partition(".")[0]:
        world.step(world.peers.leaves("0") or NoPeer("no_answer"))
    elif (flow is not None and flow != (line.person or "").partition(".")[0]) or world.kind_of(body) == "menu":
        world.peers.end()
        world.step(Texted(body))
    else:
        world.tell("relay_still")
