"""Pictures of workflows: nothing lies on anything else, everything is labelled, and what is drawn is also said."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree as Tree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.catalogue.loader import load_service, packages
from portal.domain.service import ServiceDefinition, text
from portal.presenting.layered import Box, Point, lay_out
from portal.presenting.open_formats.bpmn import duration
from portal.presenting.open_formats.bpmn_layout import draw
from portal.presenting.open_formats.bpmn_model import process_of
from portal.presenting.open_formats.mermaid import state_diagram
from portal.presenting.workflow_graph import moves
from portal.presenting.workflow_picture import SHOWN, boxes, sentences, who_words, workflow_svg
from tests.support.everything import everything

ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"
INNER = ("opinion_", "asked_", "fork_", "joint_", "joined_", "timer_", "warning_", "late_", "early_")
"""What lies within a subprocess or on the edge of a task on purpose."""


def workflows() -> list[ServiceDefinition]:
    found = [load_service(one.slug, one.files, version=one.version, proved=True) for one in packages(ROOT / "services")]
    return [everything(), *(one for one in found if one.states)]


@pytest.fixture(scope="module", params=workflows(), ids=lambda one: str(one.slug))
def service(request: pytest.FixtureRequest) -> ServiceDefinition:
    found: ServiceDefinition = request.param
    return found


def met(found: dict[str, Box]) -> list[tuple[str, str]]:
    return [(one, other) for one, other in combinations(found, 2) if found[one].meets(found[other])]


def crosses(way: Sequence[Point], box: Box) -> bool:
    """Whether an arrow of upright and level lines runs through a box."""
    inner = Box(box.x + 1, box.y + 1, box.width - 2, box.height - 2)
    return any(
        inner.meets(Box(min(x, to_x), min(y, to_y), max(abs(to_x - x), 0.1), max(abs(to_y - y), 0.1)))
        for (x, y), (to_x, to_y) in pairwise(way)
        if x == to_x or y == to_y
    )


def test_no_two_boxes_meet(service: ServiceDefinition) -> None:
    found = boxes(service)
    assert len(found) == 1 + len(service.states) + len(moves(service))
    assert met(found) == []


def test_every_state_and_action_is_labelled_in_both_languages(service: ServiceDefinition) -> None:
    picture = Tree.fromstring(workflow_svg(service, "fr"))  # noqa: S314  It is ours.
    said = {one.get("lang"): "" for one in picture.iter(f"{SVG}text")}
    for one in picture.iter(f"{SVG}text"):
        said[one.get("lang")] += f" {one.text}"
    for label in [state.label for state in service.states.values()] + [rule.label for rule in service.actions]:
        for language in label:
            for word in label[language].split():
                assert word[:10] in said[language]


def test_the_picture_fits_a_screen_and_says_what_it_shows(service: ServiceDefinition) -> None:
    for language in ("ar", "fr"):
        picture = Tree.fromstring(workflow_svg(service, language))  # noqa: S314
        assert float(picture.get("width", "0")) <= SHOWN
        assert picture.get("role") == "img"
        assert service.title[language] in (picture.findtext(f"{SVG}title") or "")
        told = picture.findtext(f"{SVG}desc") or ""
        assert all(sentence in told for sentence in sentences(service, language))
        assert sum(len(move.sources) for move in moves(service)) == len(sentences(service, language))


def test_a_picture_holds_neither_style_nor_script(service: ServiceDefinition) -> None:
    drawn = workflow_svg(service, "fr")
    assert " style=" not in drawn
    assert "<script" not in drawn
    assert "<style" not in drawn


def test_a_label_with_markup_is_only_words() -> None:
    service = everything()
    states = {**service.states, "lodged": replace(service.states["lodged"], label=text("<b>أ</b>", '"><script>x'))}
    drawn = workflow_svg(replace(service, states=states), "fr")
    assert "<script" not in drawn
    Tree.fromstring(drawn)  # noqa: S314


def test_a_service_that_is_done_elsewhere_has_no_picture() -> None:
    elsewhere = replace(everything(), states={}, actions=())
    assert workflow_svg(elsewhere, "fr") == ""
    assert state_diagram(elsewhere) == ""


def test_what_the_law_brings_about_is_drawn_as_a_timer_of_each_state_it_leaves() -> None:
    service = everything()
    of_law = [move for move in moves(service) if move.rule.act is not None]
    assert [(move.rule.action, move.sources) for move in of_law] == [
        ("send_back", ("depositing",)),
        ("silent", ("lodged",)),
        ("silent", ("sitting",)),
    ]
    assert who_words(of_law[0], "fr") == "après 30 jours francs"
    process = process_of(service)
    events = {one.id: one for one in process.elements if one.kind == "boundaryEvent" and "of_law" in one.id}
    assert {name: (one.host, duration(one.term)) for name, one in events.items() if one.term} == {
        "timer_depositing_of_law_return": ("state_depositing", "P30D"),
        "timer_lodged_of_law_silence": ("state_lodged", "P30D"),
        "timer_sitting_of_law_silence": ("state_sitting", "P30D"),
    }
    flows = {flow.source: flow.target for flow in process.flows}
    assert flows["timer_depositing_of_law_return"] == "state_returned"
    assert flows["timer_lodged_of_law_silence"] == "state_granted"


def test_mermaid_names_every_state_and_move(service: ServiceDefinition) -> None:
    diagram = state_diagram(service)
    assert diagram.startswith("stateDiagram-v2\n")
    for state in service.states:
        assert f'" as {state}\n' in diagram
    for move in moves(service):
        for source in move.sources:
            assert f"    {source} --> {move.target} : " in diagram
    # A colon, a semicolon or a quotation mark of a label would end it.
    for line in diagram.splitlines()[2:]:
        words = line.partition(" : ")[2] or line.partition('"')[2].rpartition('"')[0]
        assert not set(words) & set(':"')


def test_bpmn_draws_every_element_apart_from_the_others(service: ServiceDefinition) -> None:
    process = process_of(service)
    drawing = draw(process)
    inner = [one for element in process.elements for one in element.inner]
    assert set(drawing.shapes) == {one.id for one in [*process.elements, *inner]}
    assert set(drawing.flows) == {one.id for one in process.flows} | {
        one.id for element in process.elements for one in element.flows
    }
    outer = {name: box for name, box in drawing.shapes.items() if not name.startswith(INNER)}
    assert met(outer) == []
    assert met({**outer, **{f"label {name}": box for name, box in drawing.labels.items()}}) == []
    for name, way in drawing.flows.items():
        assert len(way) >= 2, name
        assert [box for box in outer if drawing_ends(process, name, box) and crosses(way, outer[box])] == [], name


def drawing_ends(process: object, flow: str, box: str) -> bool:
    """Whether a flow has no business at a box."""
    flows = {one.id: one for one in process.flows}  # type: ignore[attr-defined]
    hosts = {one.id: one.host for one in process.elements if one.host}  # type: ignore[attr-defined]
    if flow not in flows:
        return False
    one = flows[flow]
    return box not in (one.source, one.target, hosts.get(one.source))


@settings(max_examples=40, deadline=None)
@given(
    st.integers(2, 14).flatmap(
        lambda count: st.tuples(
            st.just(count),
            st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), min_size=1, max_size=30),
            st.lists(st.integers(20, 240), min_size=count, max_size=count),
        )
    )
)
def test_any_graph_is_laid_out_without_boxes_meeting_or_arrows_running_through_them(
    made: tuple[int, list[tuple[int, int]], list[int]],
) -> None:
    count, pairs, widths = made
    sizes = {str(number): (float(widths[number]), 40.0 + widths[number] / 4) for number in range(count)}
    arrows = [(str(source), str(target)) for source, target in pairs]
    for rightwards in (False, True):
        layout = lay_out(sizes, arrows, starts=["0"], widest=600, rightwards=rightwards)
        assert met(dict(layout.boxes)) == []
        for (source, target), way in zip(arrows, layout.arrows, strict=True):
            assert bool(way) is (source != target)
            others = [box for name, box in layout.boxes.items() if name not in (source, target)]
            assert not any(crosses(way, box) for box in others)
