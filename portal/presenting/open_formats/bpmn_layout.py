"""Where the elements of a BPMN process are drawn, and how the flows run between them: from left to right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from portal.presenting.layered import Box, Point, lay_out, leading_on
from portal.presenting.open_formats.bpmn_model import START, Element, Flow, Process

TASK, EVENT, GATEWAY = (150.0, 90.0), (36.0, 36.0), (50.0, 50.0)
LABEL, FLOW_LABEL = (130.0, 46.0), (140.0, 42.0)
EDGE_ROOM, LANE = 32.0, 9.0
"""What lies on the lower edge of a task takes this room below it, and each flow from there a lane of its own."""
TALLEST = 1500.0
MARGIN = 60.0


@dataclass
class Drawing:
    """The diagram: a box for each element, corners for each flow, and boxes for the names beside them."""

    shapes: dict[str, Box] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)
    flows: dict[str, list[Point]] = field(default_factory=dict)


def _size(element: Element) -> tuple[float, float]:
    if element.kind.endswith("Event"):
        return EVENT
    if element.kind.endswith("Gateway"):
        return GATEWAY
    if element.kind == "subProcess":
        heights = [_size(one)[1] + 20 for one in element.inner if one.kind == "userTask"]
        return 40 + 4 * 40 + 2 * EVENT[0] + 2 * GATEWAY[0] + TASK[0], 60 + sum(heights)
    # A name that is long, as that of a committee in two languages, needs a taller task.
    lines = sum(1 + len(words) // 22 for words in element.name.split("\n"))
    return TASK[0], max(TASK[1], 18 * lines + 30)


def draw(process: Process) -> Drawing:
    """The whole diagram, no element on another."""
    drawing = Drawing()
    hosts = {one.id: one.host for one in process.elements if one.host}
    edged = {host: [one for one in process.elements if one.host == host] for host in hosts.values()}
    placed = [one for one in process.elements if not one.host]
    rooms = {one.id: _room(one, edged.get(one.id, [])) for one in placed}
    whole = [(hosts.get(flow.source, flow.source), flow.target) for flow in process.flows]
    ahead = leading_on(list(rooms), whole, [START])
    arrows: list[tuple[str, str]] = []
    back: set[int] = set()
    named: dict[str, str] = {}
    for flow, (source, target), leads_on in zip(process.flows, whole, ahead, strict=True):
        stops = [source, target]
        if flow.name:
            stops.insert(1, f"name_{flow.id}")
            named[flow.id] = stops[1]
            rooms[stops[1]] = (FLOW_LABEL[0], 2 * FLOW_LABEL[1] + 8)
        for pair in pairwise(stops):
            # A name beside a flow from an element to itself lies after it: only the second half leads back.
            if not leads_on and (source != target or pair[1] == target):
                back.add(len(arrows))
            arrows.append(pair)
    layout = lay_out(rooms, arrows, starts=[START], back=back, widest=TALLEST, rightwards=True)
    for element in placed:
        _place(drawing, element, layout.boxes[element.id], edged.get(element.id, []))
    corners = iter(layout.arrows)
    for number, flow in enumerate(process.flows):
        way = _straight(next(corners), number)
        if flow.id in named:
            box = layout.boxes[named[flow.id]]
            drawing.labels[flow.id] = Box(box.x, box.centre[1] - FLOW_LABEL[1] - 3, *FLOW_LABEL)
            way += [(box.x + box.width / 2, box.centre[1]), *_straight(next(corners), number)]
        drawing.flows[flow.id] = _ended(way, flow, drawing, hosts, edged)
    return _shifted(drawing)


def _room(element: Element, edged: Sequence[Element]) -> tuple[float, float]:
    """What an element takes with its name beside it, and with what lies on its lower edge."""
    width, height = _size(element)
    if element.kind.endswith(("Event", "Gateway")):
        return max(width, LABEL[0] if element.name else width), height + (2 * (LABEL[1] + 4) if element.name else 0)
    below = EDGE_ROOM + LANE * len(edged) if edged else 0
    return max(width, 50.0 * len(edged)), height + 2 * below


def _place(drawing: Drawing, element: Element, room: Box, edged: Sequence[Element]) -> None:
    width, height = _size(element)
    width = max(width, 50.0 * len(edged))
    x, y = room.centre[0] - width / 2, room.centre[1] - height / 2
    shape = drawing.shapes[element.id] = Box(x, y, width, height)
    if element.name and element.kind.endswith(("Event", "Gateway")):
        drawing.labels[element.id] = Box(room.centre[0] - LABEL[0] / 2, y + height + 4, *LABEL)
    for number, one in enumerate(edged):
        at = x + (number + 0.5) * width / len(edged)
        drawing.shapes[one.id] = Box(at - EVENT[0] / 2, y + height - EVENT[1] / 2, *EVENT)
    if element.kind == "subProcess":
        _place_inner(drawing, element, shape)


def _place_inner(drawing: Drawing, whole: Element, shape: Box) -> None:
    middle = shape.y + 30 + (shape.height - 30) / 2
    x, row = shape.x + 20, shape.y + 40
    columns = {"start": x, "fork": x + 76, "task": x + 166, "joint": x + 356, "end": x + 446}
    gateways = [one for one in whole.inner if one.kind.endswith("Gateway")]
    for one in whole.inner:
        width, height = _size(one)
        if one.kind == "userTask":
            drawing.shapes[one.id] = Box(columns["task"], row, width, height)
            row += height + 20
            continue
        if one in gateways:
            column = "fork" if one is gateways[0] else "joint"
        else:
            column = "start" if one.kind == "startEvent" else "end"
        drawing.shapes[one.id] = Box(columns[column], middle - height / 2, width, height)
    for flow in whole.flows:
        source, target = drawing.shapes[flow.source], drawing.shapes[flow.target]
        start = (source.x + source.width, source.centre[1])
        drawing.flows[flow.id] = _cornered([start, (target.x, target.centre[1])], 0.5)


def _straight(corners: Sequence[Point], number: int) -> list[Point]:
    """The corners of an arrow with only upright and level lines; neighbours turn at different places."""
    return _cornered(list(corners), 0.25 + 0.5 * (number * 5 % 11) / 11)


def _cornered(corners: Sequence[Point], share: float) -> list[Point]:
    found: list[Point] = []
    for x, y in corners:
        if found and found[-1][0] != x and found[-1][1] != y:
            turn = found[-1][0] + (x - found[-1][0]) * share
            found += [(turn, found[-1][1]), (turn, y)]
        found.append((x, y))
    return found


def _ended(
    way: list[Point], flow: Flow, drawing: Drawing, hosts: Mapping[str, str], edged: Mapping[str, Sequence[Element]]
) -> list[Point]:
    """The way begun and ended at the edges of the shapes, which are smaller than the room they were given."""
    source, target = drawing.shapes[flow.source], drawing.shapes[flow.target]
    if flow.source in hosts:
        neighbours = [one.id for one in edged[hosts[flow.source]]]
        lane = source.y + source.height + LANE * (1 + neighbours[::-1].index(flow.source))
        # The first two corners run beside the task; from its edge the flow takes its lane to where the layer ends.
        rest = [point for point in way[1:] if point[0] > way[0][0] or point[0] < source.x] or way[1:]
        turn = max(way[0][0], way[1][0]) if way[1][0] >= way[0][0] else way[0][0]
        way = [(source.centre[0], source.y + source.height), (source.centre[0], lane), (turn, lane), *rest]
    else:
        way = [_on_edge(source, way[0]), *way]
    way = [*way, _on_edge(target, way[-1])]
    return _without_repeats(_cornered(way, 0.5))


def _on_edge(shape: Box, beside: Point) -> Point:
    """Where a level line from a point beside a shape meets it: small shapes at their middle."""
    right = beside[0] >= shape.centre[0]
    x = shape.x + shape.width if right else shape.x
    small = shape.width <= GATEWAY[0]
    y = shape.centre[1] if small else min(max(beside[1], shape.y + 6), shape.y + shape.height - 6)
    return x, y


def _without_repeats(way: Sequence[Point]) -> list[Point]:
    return [one for number, one in enumerate(way) if number == 0 or one != way[number - 1]]


def _shifted(drawing: Drawing) -> Drawing:
    """The same within positive coordinates, with a margin."""
    every = [*drawing.shapes.values(), *drawing.labels.values()]
    left = MARGIN - min((box.x for box in every), default=0)
    up = MARGIN - min((box.y for box in every), default=0)

    def moved(boxes: Mapping[str, Box]) -> dict[str, Box]:
        return {name: Box(box.x + left, box.y + up, box.width, box.height) for name, box in boxes.items()}

    flows = {name: [(x + left, y + up) for x, y in way] for name, way in drawing.flows.items()}
    return Drawing(moved(drawing.shapes), moved(drawing.labels), flows)
