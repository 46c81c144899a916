"""The words that the portal's own pages use, and that a service therefore cannot give as names to its own things."""

from portal.catalogue.faults import Sentence
from portal.catalogue.reading import Section
from portal.domain.issued import STANDARD

STEPS = frozenset({"check", "documents", "files", "submit", "tasks"})
"""The steps of every request beside the pages of its form: each has its address, where a page's id would stand too."""

PROOFS = frozenset({"csrf", "switch_to", "version"})
"""What every form sends beside its answers."""

BUTTONS = frozenset({"add", "fetch", "leave", "remove", "upload", "use"})
"""The buttons beside *Continue* on a page of a draft: whoever answered a question of this name would press one."""

BEFORE_SIGN_IN = frozenset({"answered", "change"})
"""What the page after the questions before sign-in sends beside their answers."""

PARTS = frozenset({"answers", "errors", "known", "languages", "main", "sending", "status"})
"""The parts of a page, which links, the language switch and the scripts find by these ids."""

OF_A_FORM = frozenset(
    ["action", "attributes", "closest", "contains", "dataset", "elements", "form", "id", "matches", "method"]
) | {"reset", "submit", "target"}
"""What browsers know of a form: a control of such a name hides it from the scripts, so that the page is not sent."""

OF_QUESTIONS = PROOFS | BUTTONS | PARTS | OF_A_FORM


def check_page(section: Section, name: str) -> None:
    """Notes a page named as a step that every request has."""
    if name in STEPS:
        said = Sentence(
            "'%(name)s' cannot be the id of a page: the portal calls a step of every request so, choose another word",
            name=name,
        )
        section.rule(said, "id")


def check_question(section: Section, name: str, *, on_a_draft: bool) -> None:
    """Notes a question named as something of the page it stands on: of a draft, or before sign-in."""
    taken = OF_QUESTIONS if on_a_draft else (OF_QUESTIONS - BUTTONS) | BEFORE_SIGN_IN
    if name in taken:
        said = Sentence(
            "'%(name)s' cannot be the id of a question: the portal calls a part of its page so, choose another word",
            name=name,
        )
        section.rule(said, "id")


def check_document(section: Section, name: str) -> None:
    """Notes a document named as something of the page where it is brought."""
    if name in OF_QUESTIONS:
        said = Sentence(
            "'%(name)s' cannot be the id of a document: the portal calls a part of its page so, choose another word",
            name=name,
        )
        section.rule(said, "id")


def check_output(section: Section, name: str) -> None:
    """Notes a document that we issue named as one that every service issues."""
    if name in STANDARD:
        said = Sentence(
            "'%(name)s' cannot be the id of a document we issue: the portal issues one of that name for every file, "
            "choose another word",
            name=name,
        )
        section.rule(said)
