"""Records a practice session through the real processes, as the picture in the README.

.venv/bin/python -m docs.tools.make_practice_svg
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from checkin.practice.terminal import run
from tests.journeys.house import House

SCRIPT = """
hi
CHECKIN
4
yes
/forward next
/phone ben
/call
1
/phone vee
/answer
1
/phone ben
/wait 4
/hangup
/wait 1
"""
PICTURE = Path(__file__).parents[1] / "practice.svg"


def main() -> None:
    """Start the line with one volunteer, play the script, and save what the terminal showed."""
    state = Path(tempfile.mkdtemp(prefix="picture-"))
    house = House.start(state, None, pace=2)
    try:
        house.command("volunteers", "add", "--name", "Vee", "--phone", "+15555550111", "--always")
        console = Console(record=True, force_terminal=True, width=118, file=io.StringIO(), highlight=False)
        sys.stdin = io.StringIO(SCRIPT)
        ready = f"http://localhost:{house.environ['PORT']}/readyz"
        run(house.network.url, console=console, settle=1.2, ready_url=ready)
        PICTURE.write_text(console.export_svg(title="bin/checkin practice"))
    finally:
        house.stop()
        shutil.rmtree(state, ignore_errors=True)


if __name__ == "__main__":
    main()
