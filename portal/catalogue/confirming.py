"""Proves that what is still to be confirmed is something the sheet says: its path leads somewhere."""

from collections.abc import Mapping

from portal.catalogue.faults import Sentence
from portal.catalogue.form import FILE as FORM
from portal.catalogue.reading import Reading, closest
from portal.catalogue.sheet import FILE as SHEET
from portal.catalogue.yaml_source import Entries, Items, Node, Scalar
from portal.domain.service import ServiceDefinition

FILES = {"form": FORM, "workflow": "workflow.yaml"}
"""The first word of a path into another file than the sheet."""

UNKNOWN_ELSEWHERE = frozenset({"deadline", "appeals"})
"""What the sheet of a service that is done elsewhere may leave out, because nobody knows it yet."""


def prove_confirmations(definition: ServiceDefinition, nodes: Mapping[str, Node], reading: Reading) -> None:
    """Notes every item to confirm that is nowhere, and every item listed twice."""
    seen: set[str] = set()
    for one in definition.to_confirm:
        if message := _fault(one.item, definition, nodes):
            reading.fault_at("to_confirm", one.item, message)
        elif one.item in seen:
            reading.fault_at("to_confirm", one.item, Sentence("'%(item)s' is listed twice", item=one.item))
        seen.add(one.item)


def _fault(item: str, definition: ServiceDefinition, nodes: Mapping[str, Node]) -> Sentence | None:
    if item in UNKNOWN_ELSEWHERE and not definition.processed:
        return None
    words = item.split(".")
    if words[0] == "eligibility":
        words = ["form", *words]
    node = nodes.get(FILES.get(words[0], SHEET))
    walked: list[str] = []
    for word in words[1:] if words[0] in FILES else words:
        inner = _inside(node)
        if word not in inner:
            return _missing(item, ".".join(walked), word, closest(word, inner))
        walked.append(word)
        node = inner[word]
    if node is None or (isinstance(node, Scalar) and node.value is None):
        return Sentence("'%(item)s' is not something the sheet says", item=item)
    return None


def _missing(item: str, where: str, word: str, meant: str) -> Sentence:
    if not where:
        return Sentence(
            "'%(item)s' is not something the sheet says: the sheet has no '%(word)s'%(meant)s",
            item=item,
            word=word,
            meant=meant,
        )
    return Sentence(
        "'%(item)s' is not something the sheet says: '%(where)s' has no '%(word)s'%(meant)s",
        item=item,
        where=where,
        word=word,
        meant=meant,
    )


def _inside(node: Node | None) -> Mapping[str, Node]:
    """What a path can go on with: the keys of a mapping, the ids in a list; a list of lists is looked through."""
    if isinstance(node, Entries):
        found = dict(node.items)
        # ``eligibility.<outcome>``, ``form.<question>``: the ids of the lists inside are named without these.
        for inner in node.items.values():
            if isinstance(inner, Items):
                for word, row in _inside(inner).items():
                    found.setdefault(word, row)
        return found
    found = {}
    for row in node.items if isinstance(node, Items) else ():
        if isinstance(row, Entries):
            name = row.items.get("id") or row.items.get("action")
            if isinstance(name, Scalar):
                found[str(name.value)] = row
            if isinstance(fields := row.items.get("fields"), Items):
                for word, inner in _inside(fields).items():
                    found.setdefault(word, inner)
    return found
