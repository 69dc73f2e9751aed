"""An import never writes what our checker refuses, but for its stubs: the examples, changed as people change flows."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.checks.checker import about_flows
from flows.importers.studio.conversion import convert
from flows.importers.studio.export import StudioError, read_export
from flows.loading import build
from tests.core.seeded import files
from tests.examples import examples

HERE = Path(__file__).parent / "studio"
EXAMPLES = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(HERE.glob("*.json"))}

VALUES = ["1", "2", "0", "9", "1, 2", "yes", "no", "stop", "help", "HELP", "menu", "person", "peer", "leave a message",
          "", "{{flow.variables.x}}", "{% if x %}", "si", "para", "Espa\u00f1ol"]  # fmt: skip
WORDS = ["Press 1 for a peer, or 2 for a peer.", "For help press 1, to stop press 2.", "Reply YES or NO.", "Hello.",
         "1 for Yes, 2 for yes", "Press 1 for menu. Press 2 for help. Press 3 for espa\u00f1ol.",
         "{% case flow.variables.x %}{% when 'a' %}A{% else %}B{% endcase %}",
         "{% if flow.variables.x %}y{% else %}n{% endif %}"]  # fmt: skip


def changed(flow: dict[str, Any], data: st.DataObject) -> dict[str, Any]:
    """The flow with a few ways and words that lead elsewhere, twice, or nowhere."""
    states = flow.get("definition", flow)["states"]
    names = [*(state["name"] for state in states), None]
    for _ in range(data.draw(st.integers(1, 5))):
        state = data.draw(st.sampled_from(states))
        ways, what = (
            state["transitions"],
            data.draw(st.sampled_from(["lead", "copy", "value", "words", "drop", "first"])),
        )
        if what == "words":
            said = {"say", "body"} & set(state.get("properties", {}))
            state["properties"] |= dict.fromkeys(said, data.draw(st.sampled_from(WORDS)))
        elif ways:
            way = data.draw(st.sampled_from(ways))
            made = copy.deepcopy(way) if what in ("copy", "first") else way
            for condition in made.get("conditions", []) if what in ("copy", "value") else []:
                condition["value"] = data.draw(st.sampled_from(VALUES))
            if what in ("lead", "first"):
                made["next"] = data.draw(st.sampled_from(names))
            if what == "drop":
                ways.remove(way)
            elif what in ("copy", "first"):
                ways.insert(0 if what == "first" else len(ways), made)
    return flow


@given(st.sampled_from(sorted(EXAMPLES)), st.data())
@settings(max_examples=examples(150), suppress_health_check=[HealthCheck.too_slow])
def test_our_checker_refuses_nothing_but_stubs(name: str, data: st.DataObject) -> None:
    flow = changed(copy.deepcopy(EXAMPLES[name]), data)
    try:
        made = convert(read_export(json.dumps(flow)), "any")
    except StudioError:
        return  # nothing is connected to the trigger any more
    library, findings = build({**files(), **made.files})
    assert library is not None, findings
    assert {item.code for item in about_flows(library) if item.file in made.files and item.severity == "error"} <= {
        "E210"
    }
