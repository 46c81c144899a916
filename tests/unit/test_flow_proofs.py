"""Every proof of a workflow has a faulty service that it catches, at its line and in plain words, and a sound twin."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from portal.domain.service import UnitKind

from .small_service import FILES, FLOW, TERRITORY, WITHOUT_A_STORY, Change, changed, faults_of, flow_faults

ROWS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "faulty_workflows.yaml").read_text("utf-8"))

STATE = "  granted: {kind: decided"
ACTION = "  - {action: skip"
LABEL = "label: {ar: فعل, fr: Action}"
TIMERS = "      - {id: nudge, after: {days: 5, count: calendar}, warn: [chief]}\n"


def changes(written: Iterable[Any]) -> list[Change]:
    """The changes of a row as the words they replace."""
    found = []
    for one in written:
        match one:
            case {"state": text}:
                found.append((STATE, f"  {text}\n{STATE}"))
            case {"action": text}:
                found.append((ACTION, f"  - {{{text}, {LABEL}}}\n{ACTION}"))
            case {"timers": text}:
                found.append((TIMERS, f"      - {text}\n"))
            case [old, new]:
                found.append((old, new))
    return found


def test_the_small_service_is_sound() -> None:
    assert faults_of(FILES) == []
    assert flow_faults() == []


@pytest.mark.parametrize("row", ROWS, ids=[f"{number} {row['says']}" for number, row in enumerate(ROWS)])
def test_a_faulty_workflow_is_refused_at_its_line_and_its_twin_is_not(row: dict[str, Any]) -> None:
    broken = changed(FLOW, *changes(row["broken"]))
    line = broken[: broken.index(row["at"])].count("\n") + 1
    faults = faults_of({**WITHOUT_A_STORY, "workflow.yaml": broken})
    assert any(fault.startswith(f"workflow.yaml:{line}: ") and row["says"] in fault for fault in faults), faults
    assert flow_faults(*changes(row.get("twin", ()))) == []


def test_a_kind_of_unit_that_the_province_does_not_have_is_refused() -> None:
    without = replace(TERRITORY, units=tuple(unit for unit in TERRITORY.units if unit.kind is not UnitKind.PROVINCE))
    faults = faults_of(FILES, without)
    assert any("'transfer' cannot transfer a case: the province has no unit of kind province" in one for one in faults)
    assert any("nobody could give the opinion 'province': the province has no unit" in one for one in faults)


def widened(states: int, moves: int) -> list[str]:
    """What is wrong with the small service once it has so many more states, each left so many times."""
    more = "".join(f"  more_{one}: {{kind: running, label: {{ar: حالة, fr: Etat}}}}\n" for one in range(states))
    sources = ", ".join(f"more_{one}" for one in range(states))
    there = "".join(
        f"  - {{action: there_{one}, from: lodged, to: more_{one}, by: [agent], {LABEL}}}\n" for one in range(states)
    )
    back = "".join(
        f"  - {{action: back_{one}, from: [{sources}], to: lodged, by: [agent], {LABEL}}}\n" for one in range(moves)
    )
    return faults_of(
        {**WITHOUT_A_STORY, "workflow.yaml": changed(FLOW, (STATE, more + STATE), (ACTION, there + back + ACTION))}
    )


def test_a_workflow_that_would_take_minutes_to_draw_is_refused() -> None:
    assert widened(20, 1) == []
    assert any("a workflow has at most 40 states, this one has" in one for one in widened(41, 1))
    assert any("the actions of a workflow leave states at most 120 times" in one for one in widened(20, 6))


def test_a_service_with_nothing_special_needs_nothing_special() -> None:
    special = ("action: skip", "action: reopen", "action: transfer")
    flow = changed(FLOW, (f"    timers:\n{TIMERS}", "")).splitlines(keepends=True)
    plain = "".join(line for line in flow if not any(word in line for word in special))
    assert faults_of({**WITHOUT_A_STORY, "workflow.yaml": plain}) == []
