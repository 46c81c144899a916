"""A workflow as BPMN 2.0 with diagram coordinates (OMG formal/2013-12-09), as modelers open it."""

from functools import lru_cache
from xml.etree import ElementTree as Tree

from portal.domain.service import Role, ServiceDefinition, Term
from portal.presenting.layered import Box
from portal.presenting.open_formats.bpmn_layout import Drawing, draw
from portal.presenting.open_formats.bpmn_model import Element, Flow, Process, process_of

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DIAGRAM = "http://www.omg.org/spec/BPMN/20100524/DI"
BOUNDS = "http://www.omg.org/spec/DD/20100524/DC"
WAYS = "http://www.omg.org/spec/DD/20100524/DI"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
SPACES = {"bpmn": MODEL, "bpmndi": DIAGRAM, "dc": BOUNDS, "di": WAYS, "xsi": INSTANCE}
CEL = "https://cel.dev"


@lru_cache(maxsize=256)
def bpmn_xml(definition: ServiceDefinition, base_url: str = "") -> str:
    """The document; ``base_url`` is the portal's own address. A service without a workflow gives nothing."""
    if not definition.states:
        return ""
    process = process_of(definition)
    drawing = draw(process)
    for prefix, space in SPACES.items():
        Tree.register_namespace(prefix, space)
    root = Tree.Element(
        _in(MODEL, "definitions"),
        {
            "id": f"Definitions_{definition.slug.replace('-', '_')}",
            "targetNamespace": f"{base_url or 'urn:shubbak'}/open/services/{definition.slug}",
            "exporter": "Shubbak",
            "exporterVersion": f"{definition.slug} v{definition.version} {definition.digest}",
        },
    )
    _write_process(root, process)
    _write_diagram(root, process, drawing)
    Tree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Tree.tostring(root, encoding="unicode") + "\n"


def _in(space: str, name: str) -> str:
    return f"{{{space}}}{name}"


def _sub(parent: Tree.Element, tag: str, /, **attributes: str) -> Tree.Element:
    return Tree.SubElement(parent, _in(MODEL, tag), attributes)


def _write_process(root: Tree.Element, process: Process) -> None:
    written = _sub(root, "process", id=process.id, name=process.name, isExecutable="false")
    _document(written, process.words)
    for element in process.elements:
        _write_element(written, element, process.flows)
    for flow in process.flows:
        _write_flow(written, flow)


def _document(parent: Tree.Element, words: str) -> None:
    if words:
        _sub(parent, "documentation").text = words


def _write_element(parent: Tree.Element, element: Element, flows: list[Flow]) -> None:
    written = _sub(parent, element.kind, id=element.id)
    if element.name:
        written.set("name", element.name)
    if element.host:
        written.set("attachedToRef", element.host)
        written.set("cancelActivity", str(element.interrupts).lower())
    _document(written, element.words)
    for flow in flows:
        if flow.target == element.id:
            _sub(written, "incoming").text = flow.id
    for flow in flows:
        if flow.source == element.id:
            _sub(written, "outgoing").text = flow.id
    _write_own(written, element)
    for inner in element.inner:
        _write_element(written, inner, element.flows)
    for flow in element.flows:
        _write_flow(written, flow)


def _write_own(written: Tree.Element, element: Element) -> None:
    """What only elements of its kind have."""
    if element.needed:
        _formal(_sub(written, "activationCondition"), element.needed)
    if element.term is not None:
        timer = _sub(written, "timerEventDefinition", id=f"{element.id}_timer")
        _formal(_sub(timer, "timeDuration"), duration(element.term))
    if element.message:
        _sub(written, "messageEventDefinition", id=f"{element.id}_message")
    if element.kind == "userTask" and element.owners:
        owner = _sub(written, "potentialOwner", id=f"{element.id}_owner")
        _formal(_sub(_sub(owner, "resourceAssignmentExpression"), "expression"), _roles(element.owners))
    if element.votes:
        loop = _sub(written, "multiInstanceLoopCharacteristics", isSequential="false")
        _formal(_sub(loop, "loopCardinality"), str(element.votes))


def _roles(owners: tuple[Role, ...]) -> str:
    return ", ".join(role.value for role in owners)


def duration(term: Term) -> str:
    """The term as ISO 8601. It has no days of the law: those of the calendar stand for them, as the words beside say."""
    return f"P{term.days}D"


def _formal(written: Tree.Element, words: str) -> None:
    written.set(_in(INSTANCE, "type"), "bpmn:tFormalExpression")
    written.text = words


def _write_flow(parent: Tree.Element, flow: Flow) -> None:
    written = _sub(parent, "sequenceFlow", id=flow.id, sourceRef=flow.source, targetRef=flow.target)
    if flow.name:
        written.set("name", flow.name)
    _document(written, flow.words)
    if flow.condition:
        condition = _sub(written, "conditionExpression", language=CEL)
        _formal(condition, flow.condition)


def _write_diagram(root: Tree.Element, process: Process, drawing: Drawing) -> None:
    diagram = Tree.SubElement(root, _in(DIAGRAM, "BPMNDiagram"), {"id": f"{process.id}_diagram"})
    plane = Tree.SubElement(
        diagram, _in(DIAGRAM, "BPMNPlane"), {"id": f"{process.id}_plane", "bpmnElement": process.id}
    )
    for name, box in drawing.shapes.items():
        shape = Tree.SubElement(plane, _in(DIAGRAM, "BPMNShape"), {"id": f"{name}_shape", "bpmnElement": name})
        if any(one.id == name and one.kind == "subProcess" for one in process.elements):
            shape.set("isExpanded", "true")
        if any(one.id == name and one.kind == "exclusiveGateway" for one in process.elements):
            shape.set("isMarkerVisible", "true")
        _write_bounds(shape, box)
        _write_label(shape, drawing, name)
    for name, way in drawing.flows.items():
        edge = Tree.SubElement(plane, _in(DIAGRAM, "BPMNEdge"), {"id": f"{name}_edge", "bpmnElement": name})
        for x, y in way:
            Tree.SubElement(edge, _in(WAYS, "waypoint"), {"x": _n(x), "y": _n(y)})
        _write_label(edge, drawing, name)


def _write_label(parent: Tree.Element, drawing: Drawing, name: str) -> None:
    if name in drawing.labels:
        _write_bounds(Tree.SubElement(parent, _in(DIAGRAM, "BPMNLabel")), drawing.labels[name])


def _write_bounds(parent: Tree.Element, box: Box) -> None:
    sizes = {"x": _n(box.x), "y": _n(box.y), "width": _n(box.width), "height": _n(box.height)}
    Tree.SubElement(parent, _in(BOUNDS, "Bounds"), sizes)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
