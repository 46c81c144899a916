"""Finds interface texts: in Python by its syntax tree, in templates by Jinja's own parser."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import pairwise

from jinja2 import Environment
from jinja2.ext import GETTEXT_FUNCTIONS, InternationalizationExtension

COUNTED = "%(count)s"
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
TAG = re.compile(r"</?[a-z][^>]*>")

# Which argument of a function is a text: one position, or two for a text that depends on a number.
SAYERS: dict[str, tuple[int, ...]] = {
    "N_": (0,),
    "gettext": (0,),
    "ngettext": (0, 1),
    "Sentence": (0,),
    "say": (0,),
    "_say": (0,),
    "translate": (1,),
    "translate_count": (1, 2),
}

# Two texts side by side, for a document in both languages.
BILINGUAL = frozenset({"text"})
# What they are given is for operators, or is no text.
UNREAD = frozenset({"compile", "debug", "info", "warning", "error", "exception", "print", "Counter", "Histogram"})
# What a value so named is: something to read.
SHOWN = frozenset(
    {"caption", "detail", "headline", "heading", "hint", "label", "lead", "message", "note", "subject", "text", "title"}
)
# A list of names, such as those of HTTP's headers.
NAMES = re.compile(r"[A-Z][\w-]*(?:, ?[A-Z][\w-]*)+")
# A script's comments and regular expressions, which are passed over, and its literals.
SCRIPT = re.compile(
    r"//[^\n]*|/\*.*?\*/|(?<=[=(,:!&|?{};])\s*/(?![*/])(?:\\.|\[[^\]\n]*\]|[^/\\\n])+/[a-z]*"
    r"|(?P<said>'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"|`(?:\\.|[^`\\])*`)",
    re.DOTALL,
)
FILLED_IN = re.compile(r"\$\{[^}]*\}")
THROWN = re.compile(r"\bError\(\s*$")
SAYS = re.compile(r"(?:\b(?:textContent|innerText|innerHTML|title|placeholder|ariaLabel|alt)\s*\+?=|\balert\()\s*$")
# Attributes that a reader sees or hears; a script says what stands in data-say.
SPOKEN = frozenset(
    {"alt", "aria-description", "aria-label", "aria-placeholder", "aria-roledescription", "aria-valuetext"}
    | {"data-say", "label", "placeholder", "summary", "title"}
)
BUTTONS = frozenset({"button", "reset", "submit"})
# «PDF» is the same in every language, and `%s` is filled in.
SHORT_CODE = re.compile(r"\b[A-Z]{2,4}\b|%s")
# A macro may write nothing but attributes, and a block may stand inside one.
WRITTEN_ATTRIBUTE = re.compile(r'[a-z][\w:-]*="[^"]*"')
INSIDE_ATTRIBUTE = ("_class", "_id", "_url")
# A word that starts a sentence, in Latin or Arabic letters, or words that end one; names, classes and paths of drawings
# do not look like it. Our own identifiers have neither accents nor Arabic letters.
OWN_LETTERS = r"[À-ÖØ-öø-ÿŒœ\u0621-\u064a]"
SENTENCE = re.compile(rf"[A-Z][a-z]|.*{OWN_LETTERS}|\s*[a-z]+(?:[\s,’']+[a-z]+)+\s*[.:!?…]\s*$", re.DOTALL)
# What stands in a module or a script as words: two at least, the first as a sentence begins.
WORDS = re.compile(r"\s*[A-Z][a-z’']*[\s,:]+\S*[a-z]{2}|.*[\u0621-\u064a]{3}|.*[a-z’']+\s\w*[À-ÖØ-öø-ÿŒœ]", re.DOTALL)


@dataclass(frozen=True)
class Found:
    """One text (or a singular and its plural) as marked in the code, or why the mark is of no use."""

    id: str | tuple[str, str]
    line: int
    problem: str | None = None


def _function(node: ast.AST) -> str | None:
    if not isinstance(node, ast.Call):
        return None
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)


def _literal(node: ast.AST) -> str | None:
    """The text of a literal, bare or marked."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Call) and _function(node) == "N_" and len(node.args) == 1:
        return _literal(node.args[0])
    return None


def _has_words(node: ast.AST) -> bool:
    """Whether an expression makes its text of literals, put together or chosen from, that carry no mark."""
    if _function(node) in SAYERS:
        return False
    if isinstance(node, ast.Subscript):
        return _has_words(node.value)
    if isinstance(node, ast.Call) and _function(node) == "get":
        # The first is what is looked up.
        return any(_has_words(other) for other in node.args[1:])
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and any(character.isalpha() for character in node.value)
    return any(_has_words(inner) for inner in ast.iter_child_nodes(node))


class _Texts(ast.NodeVisitor):
    """Collects the texts of one module."""

    def __init__(self) -> None:
        self.found: list[Found] = []
        self._taken: set[ast.AST] = set()

    def visit_Call(self, node: ast.Call) -> None:
        name = _function(node)
        self._pairs(node.args)
        if name in SAYERS and node not in self._taken:
            self._said(node, name, [node.args[place] for place in SAYERS[name] if place < len(node.args)])
        self.generic_visit(node)

    def visit_Tuple(self, node: ast.Tuple) -> None:
        self._pairs(node.elts)
        self.generic_visit(node)

    def _pairs(self, nodes: Sequence[ast.expr]) -> None:
        """Two marks side by side, both with a number, are a singular and its plural."""
        for one, many in pairwise(nodes):
            if _function(one) == _function(many) == "N_" and not {one, many} & self._taken:
                singular, plural = _literal(one), _literal(many)
                if singular and plural and COUNTED in singular and COUNTED in plural:
                    self._add((singular, plural), one)
                    self._taken |= {one, many}

    def _said(self, node: ast.Call, name: str, arguments: list[ast.expr]) -> None:
        if len(arguments) == 1 and isinstance(arguments[0], ast.IfExp | ast.BoolOp):
            chosen = arguments[0]
            for one in chosen.values if isinstance(chosen, ast.BoolOp) else [chosen.body, chosen.orelse]:
                self._said(node, name, [one])
            return
        texts = [_literal(argument) for argument in arguments]
        if len(texts) == len(SAYERS[name]) and all(texts) and not self._taken & set(arguments):
            self._taken.update(arguments)
            self._add(texts[0] or "" if len(texts) == 1 else (texts[0] or "", texts[1] or ""), node)
        elif name == "N_" and None in texts:
            self.found.append(Found("", node.lineno, "N_ takes a text as it stands: mark the text where it is written"))
        elif name != "gettext" and any(
            text is None and _has_words(one) for text, one in zip(texts, arguments, strict=True)
        ):
            self.found.append(
                Found("", node.lineno, f"{name} is given words that nobody can translate: mark them with N_")
            )

    def _add(self, text: str | tuple[str, str], node: ast.expr) -> None:
        self.found.append(Found(text, node.lineno))


def in_python(source: str) -> list[Found]:
    """The texts a module says or marks."""
    texts = _Texts()
    texts.visit(ast.parse(source))
    return texts.found


def _environment() -> Environment:
    """Jinja, set as the portal sets it: the ids must be those looked up when a template is compiled."""
    environment = Environment(
        extensions=[InternationalizationExtension],
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["ext.i18n.trimmed"] = True
    return environment


def in_template(source: str) -> list[Found]:
    """The texts of a template."""
    found = []
    extracted = _environment().extract_translations(source, GETTEXT_FUNCTIONS)  # type: ignore[attr-defined]
    for line, function, message in extracted:
        if isinstance(message, str):
            found.append(Found(message, line))
        elif function == "ngettext" and message[0] and message[1]:
            found.append(Found((message[0], message[1]), line))
        else:
            found.append(Found("", line, f"{function} is not used in templates: write {{% trans %}}"))
    return found


def _is_read(tag: str, name: str, value: str, given: dict[str, str | None]) -> bool:
    """Whether an attribute holds something for the reader; one for a script does when it holds words."""
    if name == "value":
        return tag == "input" and given.get("type") in BUTTONS
    if name == "content":
        return tag == "meta" and given.get("name") in ("application-name", "description")
    return name in SPOKEN or (name.startswith("data-") and WORDS.match(value) is not None)


class _LooseText(HTMLParser):
    """Finds what is left to read once Jinja and the translated texts are blanked."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []
        self._unread: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if self._unread is None and (tag in ("script", "style") or given.get("translate") == "no"):
            self._unread = tag
        for name, value in attrs:
            if _is_read(tag, name, value or "", given):
                self._read(value or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._unread:
            self._unread = None

    def handle_data(self, data: str) -> None:
        if self._unread is None:
            self._read(WRITTEN_ATTRIBUTE.sub(_blank_match, data))

    def _read(self, text: str) -> None:
        if any(character.isalpha() for character in SHORT_CODE.sub("", text)):
            skipped = len(text) - len(text.lstrip())
            self.found.append((self.getpos()[0] + text[:skipped].count("\n"), " ".join(text.split())))


def _blanked(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _blank_match(match: re.Match[str]) -> str:
    return _blanked(match.group())


class _Blocks:
    """Follows Jinja's tags through a template, to know which of its text is read by nobody as it stands."""

    def __init__(self) -> None:
        self._open: list[bool] = []
        self._translating = False
        self._words: list[str] = []

    @property
    def hidden(self) -> bool:
        return self._translating or any(self._open)

    def read(self, kind: str, value: str) -> None:
        if kind == "block_begin":
            self._words = []
        elif kind == "name":
            self._words.append(value)
        elif kind == "block_end" and self._words:
            self._close(self._words)

    def _close(self, words: list[str]) -> None:
        if words[0] in ("trans", "endtrans"):
            self._translating = words[0] == "trans"
        elif words[0] == "block":
            self._open.append(words[1].endswith(INSIDE_ATTRIBUTE))
        elif words[0] == "endblock" and self._open:
            self._open.pop()


def _outside_jinja(source: str) -> tuple[str, list[tuple[int, str]]]:
    """The template with Jinja and translated texts blanked, and the sentences written inside its expressions."""
    kept, sentences, blocks = [], [], _Blocks()
    for line, kind, value in Environment(autoescape=True).lex(source):
        kept.append(value if kind == "data" and not blocks.hidden else _blanked(value))
        blocks.read(kind, value)
        if kind == "string" and SENTENCE.match(value[1:-1]):
            sentences.append((line, value[1:-1]))
    return "".join(kept), sentences


def loose_text(source: str) -> Iterator[tuple[int, str]]:
    """Words that every reader would see in one language, and their lines; ``translate="no"`` marks a code or a name."""
    html, sentences = _outside_jinja(source)
    parser = _LooseText()
    parser.feed(html)
    parser.close()
    yield from sorted(parser.found + sentences)


def _unread(tree: ast.AST) -> set[ast.AST]:
    """The literals of a module that no reader of a page is shown as they stand: docstrings, what is logged or raised."""
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        called = _function(node) or ""
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found.add(node.value)
        elif isinstance(node, ast.Raise | ast.Assert) or called in UNREAD or called.endswith("Error"):
            found.update(ast.walk(node))
        elif called in SAYERS and isinstance(node, ast.Call):
            # What it says is judged where the mark is looked for.
            found.update(inner for argument in node.args for inner in ast.walk(argument))
        elif called in BILINGUAL and isinstance(node, ast.Call):
            found.update(inner for argument in [*node.args, *node.keywords] for inner in ast.walk(argument))
    return found


def loose_words(source: str) -> Iterator[tuple[int, str]]:
    """Words of a module that no mark surrounds, and their lines."""
    tree = ast.parse(source)
    unread = _unread(tree)
    shown = _shown(tree)
    for node in ast.walk(tree):
        if node in unread or not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if (SENTENCE if node in shown else WORDS).match(node.value) and not NAMES.fullmatch(node.value):
            yield node.lineno, " ".join(node.value.split())


def _shown(tree: ast.AST) -> set[ast.AST]:
    """What is given as a title, a label or the like: there one word is enough."""
    given = [(node.arg, node.value) for node in ast.walk(tree) if isinstance(node, ast.keyword)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            given.extend((target.attr, node.value) for target in node.targets if isinstance(target, ast.Attribute))
    return {inner for name, value in given if name in SHOWN for inner in ast.walk(value)}


def loose_in_script(source: str) -> Iterator[tuple[int, str]]:
    """Words written in a script, and their lines: what it says must reach it through the page's attributes."""
    line = 1
    for match in SCRIPT.finditer(source):
        words = match.group("said")
        if words is not None and not THROWN.search(source, 0, match.start()):
            given = SAYS.search(source, 0, match.start()) is not None
            words = FILLED_IN.sub("", words)
            if WORDS.match(words[1:-1]) or (given and any(character.isalpha() for character in words)):
                yield line + source.count("\n", 0, match.start()), " ".join(words[1:-1].split())
