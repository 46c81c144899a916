"""The picture of a workflow, as SVG: every state and action in both languages, timers, opinions and committees.

It stands alone as a file; inside one of our pages it takes the page's colours. What is drawn is also said in its
description, for those who hear the page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from xml.etree import ElementTree as Tree

from portal.domain.service import Consultation, Majority, Result, ServiceDefinition, State, StateKind, Text
from portal.i18n import N_, direction, translate
from portal.presenting.layered import Box, Layout, Point, lay_out
from portal.presenting.workflow_graph import START, Arrows, Move, arrows, boxes_of, moves
from portal.presenting.workflow_words import STATE_KINDS, opinion_of, roles_words, term_words

FONT = "var(--font, sans-serif)"
SIZE, SMALL, LINE = 13, 11, 17
STATE_WIDTH, MOVE_WIDTH, PADDING = 196.0, 158.0, 9.0
MARGIN, KEY_HEIGHT = 20.0, 44.0
WIDEST = 960.0
SHOWN = 1240.0
"""How wide it is shown at most: a larger one is made smaller, for a screen 1280 wide."""
LETTER = {SIZE: 7.7, SMALL: 6.1}
"""How wide a letter is at most on the average: texts are broken by it, since nobody knows the reader's fonts."""

CARD, INK, SOFT, EDGE = "var(--card, #fff)", "var(--ink, #17211d)", "var(--ink-soft, #44514b)", "var(--edge, #6d7872)"
KINDS = {
    StateKind.DEPOSITING: ("var(--warn-wash, #fff3d6)", "var(--warn, #7d5200)"),
    StateKind.RUNNING: ("var(--brand-wash, #e6f0eb)", "var(--brand, #0a5a46)"),
    StateKind.SUSPENDED: ("var(--wait-wash, #eceae4)", "var(--wait, #44514b)"),
    StateKind.DECIDED: ("var(--card, #fff)", "var(--ink, #17211d)"),
}
"""The ground and the edge of each kind of state; shape and words say the same as the colour."""
ENDS = {
    Result.GRANTED: ("var(--good-wash, #e4f2e8)", "var(--good, #1c6b3a)"),
    Result.REFUSED: ("var(--bad-wash, #fdeceb)", "var(--bad, #a3201d)"),
}
CLOCK, VOICE, HANDS = "clock", "voice", "hands"
SIGNS = {
    CLOCK: "M0 -5a5 5 0 1 0 .01 0M0 -2.6V.2L2.2 1.6",
    VOICE: "M-5 -4h10v6.5h-5.5l-3 2.6v-2.6h-1.5z",
    HANDS: "M-5 4v-5h2.4v5M-1.2 4v-8h2.4v8M2.6 4v-3.4H5V4",
}


@dataclass(frozen=True)
class Line:
    """A line of a box: its words, whether they are the main ones, and the sign before them."""

    words: str
    language: str
    main: bool = True
    sign: str = ""


@lru_cache(maxsize=256)
def workflow_svg(definition: ServiceDefinition, language: str) -> str:
    """The picture, its description in a language; a service without a workflow has none, and gives nothing."""
    if not definition.states:
        return ""
    found = moves(definition)
    lines = _all_lines(definition, found)
    joined = arrows(definition, found)
    return _drawn(definition, language, _placed(lines, joined), lines, joined.pairs, found)


def boxes(definition: ServiceDefinition) -> dict[str, Box]:
    """Where each state and each action stands in the picture."""
    found = moves(definition)
    return dict(_placed(_all_lines(definition, found), arrows(definition, found)).boxes)


def _all_lines(definition: ServiceDefinition, found: Sequence[Move]) -> dict[str, list[Line]]:
    lines = {name: _state_lines(state) for name, state in boxes_of(definition).items()}
    return lines | {move.name: _move_lines(move) for move in found}


def _placed(lines: Mapping[str, Sequence[Line]], joined: Arrows) -> Layout:
    sizes = {START: (26.0, 26.0)} | {name: _size(name, ones) for name, ones in lines.items()}
    return lay_out(sizes, joined.pairs, starts=[START], back=joined.back, widest=WIDEST)


def _languages(text: Text) -> Sequence[str]:
    return tuple(text)


def _in_all(text: Text, width: float, *, main: bool = True, sign: str = "") -> list[Line]:
    """A text in every language, each broken into lines that fit."""
    room = width - 2 * PADDING - (16 if sign else 0)
    lines = []
    for number, language in enumerate(_languages(text)):
        broken = _broken(text[language], room, SIZE if main else SMALL)
        lines += [
            Line(words, language, main, sign if number == place == 0 else "") for place, words in enumerate(broken)
        ]
    return lines


def _broken(words: str, room: float, size: int) -> list[str]:
    most = max(4, int(room / LETTER[size]))
    lines = [""]
    for word in words.split():
        pieces = [word[start : start + most] for start in range(0, len(word), most)]
        for piece in pieces:
            if lines[-1] and len(lines[-1]) + 1 + len(piece) > most:
                lines.append("")
            lines[-1] = f"{lines[-1]} {piece}".strip()
    return lines


def _state_lines(state: State) -> list[Line]:
    lines = _in_all(state.label, STATE_WIDTH)
    languages = _languages(state.label)

    def add(sign: str, words: dict[str, str]) -> None:
        lines.extend(_in_all(Text(words), STATE_WIDTH, main=False, sign=sign))

    for timer in state.timers:
        if timer.warns:
            add(CLOCK, {one: f"{term_words(timer.term, one)}: {roles_words(timer.warns, one)}" for one in languages})
    if state.consultation is not None:
        for opinion in state.consultation.opinions:
            of = (opinion.unit, opinion.partner)
            add(VOICE, {one: f"{opinion.title[one]} ({opinion_of(*of, one)})" for one in languages})
        add(VOICE, {one: _awaited(state.consultation, one) for one in languages})
    if state.committee is not None:
        add(HANDS, {one: _committee_words(state, one) for one in languages})
    return lines


def _awaited(consultation: Consultation, language: str) -> str:
    """How many opinions are awaited, and for how long; one that no office can give is never asked."""
    asked = len(consultation.opinions)
    if consultation.needed >= asked:
        words = translate(language, N_("every opinion asked for is awaited"))
    else:
        words = _params(language, N_("%(needed)s opinions needed"), needed=f"{consultation.needed}/{asked}")
    if consultation.term is None:
        return words
    term = term_words(consultation.term, language)
    return _params(language, N_("%(what)s, for %(term)s at most"), what=words, term=term)


def _params(language: str, message: str, **params: str) -> str:
    return translate(language, message, params)


def _committee_words(state: State, language: str) -> str:
    committee = state.committee
    if committee is None:
        return ""
    majority = N_("two thirds") if committee.majority is Majority.TWO_THIRDS else N_("simple majority")
    return _params(
        language,
        N_("%(title)s: quorum %(quorum)s, %(majority)s"),
        title=committee.title[language],
        quorum=str(committee.quorum),
        majority=translate(language, majority),
    )


def _move_lines(move: Move) -> list[Line]:
    languages = _languages(move.rule.label)
    lines = _in_all(move.rule.label, MOVE_WIDTH)
    sign = CLOCK if move.timer else VOICE if move.joins else ""
    lines += _in_all(Text({one: who_words(move, one) for one in languages}), MOVE_WIDTH, main=False, sign=sign)
    return lines


def who_words(move: Move, language: str) -> str:
    """Who does it, or what sets it off."""
    if move.silent:
        return translate(language, N_("when the period is over and nobody has answered"))
    if move.timer is not None:
        return _params(language, N_("after %(term)s"), term=term_words(move.timer.term, language))
    if move.joins and move.term is not None:
        term = term_words(move.term, language)
        return _params(language, N_("when the opinions are in, or after %(term)s"), term=term)
    if move.joins:
        return translate(language, N_("when the opinions are in"))
    return roles_words(move.rule.by, language)


def _size(name: str, lines: Sequence[Line]) -> tuple[float, float]:
    width = STATE_WIDTH if name.startswith("state-") else MOVE_WIDTH
    return width, len(lines) * LINE + 2 * PADDING


def _drawn(
    definition: ServiceDefinition,
    language: str,
    layout: Layout,
    lines: dict[str, list[Line]],
    pairs: Sequence[tuple[str, str]],
    found: Sequence[Move],
) -> str:
    width = max(layout.width, 4 * 170.0) + 2 * MARGIN
    height = layout.height + 2 * MARGIN + KEY_HEIGHT
    svg = Tree.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {_n(width)} {_n(height)}",
            "width": _n(width * min(1.0, SHOWN / width)),
            "height": _n(height * min(1.0, SHOWN / width)),
            "role": "img",
            "lang": language,
            "aria-labelledby": f"workflow-{definition.slug}-title workflow-{definition.slug}-words",
            "font-family": FONT,
        },
    )
    title = Tree.SubElement(svg, "title", {"id": f"workflow-{definition.slug}-title"})
    title.text = _params(language, N_("The way of a file: %(title)s"), title=definition.title[language])
    described = Tree.SubElement(svg, "desc", {"id": f"workflow-{definition.slug}-words"})
    described.text = " ".join(sentences(definition, language))
    Tree.SubElement(svg, "rect", {"width": "100%", "height": "100%", "fill": CARD})
    whole = Tree.SubElement(
        svg, "g", {"transform": f"translate({_n(MARGIN + (width - 2 * MARGIN - layout.width) / 2)} {_n(MARGIN)})"}
    )
    for pair, corners in zip(pairs, layout.arrows, strict=True):
        _draw_arrow(whole, corners, pointed=pair[1].startswith("state-"))
    start = layout.boxes[START]
    Tree.SubElement(whole, "circle", {"cx": _n(start.centre[0]), "cy": _n(start.centre[1]), "r": "10", "fill": INK})
    for name, state in boxes_of(definition).items():
        _draw_state(whole, layout.boxes[name], state, lines[name])
    for move in found:
        _draw_move(whole, layout.boxes[move.name], lines[move.name])
    _draw_key(svg, language, height - KEY_HEIGHT + 8, width)
    Tree.indent(svg)
    return Tree.tostring(svg, encoding="unicode") + "\n"


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _draw_arrow(whole: Tree.Element, corners: Sequence[Point], *, pointed: bool) -> None:
    """A line through its corners, rounded where it changes sides; its point is drawn, so that it takes any colour."""
    if not corners:
        return
    path = f"M{_n(corners[0][0])} {_n(corners[0][1])}"
    for (x, y), (to_x, to_y) in pairwise(corners):
        middle = (y + to_y) / 2
        path += f"V{_n(to_y)}" if x == to_x else f"C{_n(x)} {_n(middle)} {_n(to_x)} {_n(middle)} {_n(to_x)} {_n(to_y)}"
    Tree.SubElement(whole, "path", {"d": path, "fill": "none", "stroke": EDGE, "stroke-width": "1.5"})
    if pointed:
        (_, before), (x, y) = corners[-2], corners[-1]
        back = y - 8 if before <= y else y + 8
        point = f"{_n(x - 4.5)},{_n(back)} {_n(x)},{_n(y)} {_n(x + 4.5)},{_n(back)}"
        Tree.SubElement(whole, "polygon", {"points": point, "fill": EDGE})


def _draw_state(whole: Tree.Element, box: Box, state: State, lines: Sequence[Line]) -> None:
    group = Tree.SubElement(whole, "g", {"class": f"state {state.kind.value}"})
    fill, edge = ENDS.get(state.outcome, KINDS[state.kind]) if state.outcome else KINDS[state.kind]
    _draw_shape(group, box, state.kind, fill, edge)
    _write(group, box, lines)


def _draw_shape(group: Tree.Element, box: Box, kind: StateKind, fill: str, edge: str) -> None:
    """A dashed edge while a file is incomplete, two bars while the clock pauses, a double edge where it ends."""
    shape = {
        "x": _n(box.x),
        "y": _n(box.y),
        "width": _n(box.width),
        "height": _n(box.height),
        "rx": _n(min(box.height / 2, 26)) if kind is StateKind.DECIDED else "8",
        "fill": fill,
        "stroke": edge,
        "stroke-width": "1.8",
    }
    if kind is StateKind.DEPOSITING:
        shape["stroke-dasharray"] = "6 4"
    Tree.SubElement(group, "rect", shape)
    if kind is StateKind.SUSPENDED:
        for x in (box.x + 4, box.x + box.width - 4):
            bar = {"d": f"M{_n(x)} {_n(box.y + 8)}V{_n(box.y + box.height - 8)}", "stroke": edge, "stroke-width": "3"}
            Tree.SubElement(group, "path", bar)
    if kind is StateKind.DECIDED:
        inner = {**shape, "x": _n(box.x + 3.5), "y": _n(box.y + 3.5), "fill": "none", "stroke-width": "1"}
        inner |= {"width": _n(box.width - 7), "height": _n(box.height - 7)}
        inner["rx"] = _n(min(box.height / 2, 26) - 3.5)
        Tree.SubElement(group, "rect", inner)


def _draw_move(whole: Tree.Element, box: Box, lines: Sequence[Line]) -> None:
    group = Tree.SubElement(whole, "g", {"class": "action"})
    shape = {"x": _n(box.x), "y": _n(box.y), "width": _n(box.width), "height": _n(box.height), "rx": "3"}
    Tree.SubElement(group, "rect", {**shape, "fill": CARD, "stroke": EDGE, "stroke-width": "0.8"})
    _write(group, box, lines)


def _write(group: Tree.Element, box: Box, lines: Sequence[Line]) -> None:
    for number, line in enumerate(lines):
        y = box.y + PADDING + number * LINE + LINE * 0.75
        said = Tree.SubElement(
            group,
            "text",
            {
                "x": _n(box.centre[0]),
                "y": _n(y),
                "text-anchor": "middle",
                "font-size": str(SIZE if line.main else SMALL),
                "font-weight": "600" if line.main else "400",
                "fill": INK if line.main else SOFT,
                "direction": direction(line.language),
                "lang": line.language,
            },
        )
        said.text = line.words
        if line.sign:
            _draw_sign(group, line.sign, box.x + PADDING + 5, y - 4)


def _draw_sign(group: Tree.Element, sign: str, x: float, y: float) -> None:
    place = f"translate({_n(x)} {_n(y)})"
    drawn = {"d": SIGNS[sign], "transform": place, "fill": "none", "stroke": SOFT, "stroke-width": "1.2"}
    Tree.SubElement(group, "path", drawn)


def _draw_key(svg: Tree.Element, language: str, y: float, width: float) -> None:
    """What the shapes mean, in the language of the description."""
    group = Tree.SubElement(svg, "g", {"class": "key"})
    step = (width - 2 * MARGIN) / len(KINDS)
    for number, (kind, (fill, edge)) in enumerate(KINDS.items()):
        x = MARGIN + number * step
        _draw_shape(group, Box(x, y, 26, 18), kind, fill, edge)
        said = Tree.SubElement(
            group, "text", {"x": _n(x + 33), "y": _n(y + 13), "font-size": str(SMALL), "fill": SOFT, "lang": language}
        )
        said.text = translate(language, STATE_KINDS[kind])
        if direction(language) == "rtl":
            # The words begin at the sign in either direction: the picture itself does not turn around.
            said.set("direction", "rtl")
            said.set("text-anchor", "end")


def sentences(definition: ServiceDefinition, language: str) -> list[str]:
    """The picture in words: from each state, what can be done, by whom, and where it leads."""
    return [
        _params(
            language,
            N_("From “%(source)s”: “%(action)s” (%(who)s) leads to “%(target)s”."),
            source=definition.states[source].label[language],
            action=move.rule.label[language],
            who=who_words(move, language),
            target=definition.states[move.target].label[language],
        )
        for move in moves(definition)
        for source in move.sources
    ]
