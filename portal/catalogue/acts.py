"""What every act of law asks of whoever does it, and what a file then waits for.

The loader puts the questions that belong to an act before those that the service asks itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from portal.domain.acts import RULES, Act
from portal.domain.flow import ActionRule, StateKind
from portal.domain.form import Field, Limits, Option
from portal.domain.lawful import DAYS, DOCUMENTS, REASONS, legal_act
from portal.domain.periods import LAWS
from portal.domain.service import Deadline, Document, Extension, ServiceDefinition, Source, Text
from portal.domain.text import typeset

GROUND = "ground"
"""The id of the question that asks on which of the service's grounds a refusal rests (law 55-19, art. 18)."""

Awaited = Mapping[str, frozenset[Act]]
"""The requests whose answer a file waits for, by the suspended states."""

STANDARD: Mapping[Act, tuple[str, ...]] = {
    Act.REPLACEMENT: (DOCUMENTS, REASONS),
    Act.ORIGINALS: (DOCUMENTS, REASONS),
    Act.EXTENSION: (DAYS, REASONS),
}
"""The ids of the questions that belong to an act, in their order."""

TYPES: Mapping[str, tuple[str, ...]] = {
    DOCUMENTS: ("choices",),
    DAYS: ("integer",),
    REASONS: ("long_text", "short_text"),
}
"""The types that a service may give these questions where it writes them itself."""


def text(ar: str, fr: str) -> Text:
    """A text of ours, set as those of a service are."""
    return Text({"ar": ar, "fr": typeset("fr", fr)})


DOCUMENT_LABELS = {
    Act.REPLACEMENT: text(ar="الوثائق المطلوب استبدالها", fr="Pièces à remplacer"),
    Act.ORIGINALS: text(ar="الوثائق المطلوب الاطلاع على أصولها", fr="Pièces dont vous demandez l'original"),
}
REASON_LABELS = {
    Act.REPLACEMENT: text(ar="ما العيب في هذه الوثائق؟", fr="En quoi ces pièces sont-elles défectueuses ?"),
    Act.ORIGINALS: text(ar="ما سبب الشك في هذه الوثائق؟", fr="Pourquoi avez-vous un doute sur ces pièces ?"),
    Act.EXTENSION: text(ar="ما الذي يستوجب التمديد؟", fr="Qu'est-ce qui rend la prolongation nécessaire ?"),
}
DAYS_LABEL = text(ar="عدد أيام التمديد", fr="Nombre de jours de prolongation")

MOST_DAYS = text(
    ar="العدد الأقصى في هذه الخدمة: {most}. التمديد مقرر من أجل: {ar}",
    fr="Nombre maximal pour cette démarche : {most}. Prolongation prévue pour : {fr}",
)

HINTS = {
    Act.REPLACEMENT: text(
        ar="سيقرأ المرتفق هذه الكلمات. قل له ما عليه أن يصلحه في كل وثيقة. له 30 يوما ليأتي بها، ويتوقف الأجل إلى ذلك الحين.",
        fr="L'usager lira ces mots. Dites-lui ce qu'il doit corriger dans chaque pièce. "
        "Il a 30 jours pour les apporter, et le délai est suspendu jusque-là.",
    ),
    Act.ORIGINALS: text(
        ar="سيقرأ المرتفق هذه الكلمات. اشرح له سبب الشك. يتوقف الأجل إلى أن تطلع على الأصول.",
        fr="L'usager lira ces mots. Expliquez-lui d'où vient le doute. "
        "Le délai est suspendu jusqu'à ce que vous ayez vu les originaux.",
    ),
    Act.EXTENSION: text(
        ar="سيقرأ المرتفق هذه الكلمات مع التاريخ الجديد. لا يمدد الأجل إلا مرة واحدة.",
        fr="L'usager lira ces mots avec la nouvelle date. Le délai ne peut être prolongé qu'une seule fois.",
    ),
}
"""What is good to know of an act under any law."""

FIRST_HALF = text(
    ar="لا يمكن أن يُطلب ذلك إلا في النصف الأول من الأجل.",
    fr="Cela ne peut être demandé que dans la première moitié du délai.",
)
ONCE_IN_FIRST_HALF = text(
    ar="لا يمكن أن يُطلب ذلك إلا مرة واحدة، وفي النصف الأول من الأجل.",
    fr="Cela ne peut être demandé qu'une seule fois, dans la première moitié du délai.",
)


def with_standard_questions(
    actions: Iterable[ActionRule], documents: Iterable[Document], deadline: Deadline
) -> tuple[ActionRule, ...]:
    """The actions of a workflow, those that are acts of law with the questions that belong to them ahead of their own.

    A question that the service writes under the same id stays as it is written.
    """
    brought = [one for one in documents if one.source is Source.CITIZEN]
    return tuple(
        replace(rule, asks=(*_standard(rule, brought, deadline), *rule.asks)) if rule.act in STANDARD else rule
        for rule in actions
    )


def _standard(rule: ActionRule, brought: Iterable[Document], deadline: Deadline) -> Iterable[Field]:
    act = rule.act
    written = {field.id for field in rule.asks}
    for name in STANDARD.get(act, ()) if act is not None else ():
        if act is not None and name not in written:
            yield _question(name, act, brought, deadline)


def _question(name: str, act: Act, brought: Iterable[Document], deadline: Deadline) -> Field:
    match name:
        case "documents":
            options = tuple(Option(one.id, one.title) for one in brought)
            return Field(DOCUMENTS, "choices", DOCUMENT_LABELS[act], options=options)
        case "days":
            extension = deadline.extension
            limits = Limits(minimum=Decimal(1), maximum=Decimal(extension.days) if extension is not None else None)
            return Field(DAYS, "integer", DAYS_LABEL, hint=_most_days(extension), limits=limits)
        case _:
            limits = Limits(min_length=10, max_length=2000)
            return Field(REASONS, "long_text", REASON_LABELS[act], hint=_hint(act, deadline.law), limits=limits)


def _most_days(extension: Extension | None) -> Text | None:
    """How far the service may go, and what for."""
    if extension is None:
        return None
    return MOST_DAYS.format(most=str(extension.days), ar=extension.reason["ar"], fr=extension.reason["fr"])


def _hint(act: Act, law: str) -> Text:
    """What to know of an act; that it can be done once, or early only, is so for decisions of law 55-19."""
    rule, hint = RULES[act], HINTS[act]
    known = LAWS.get(law)
    if known is None or not known.simplification or not rule.first_half:
        return hint
    when = ONCE_IN_FIRST_HALF if rule.once else FIRST_HALF
    return Text({language: f"{hint[language]} {when[language]}" for language in hint})


def awaited(definition: ServiceDefinition) -> Awaited:
    """What a file waits for in each suspended state: by the requests that lead there, and the moves among such states."""
    found: dict[str, set[Act]] = {
        state.id: set() for state in definition.states.values() if state.kind is StateKind.SUSPENDED
    }
    moves = [(source, rule) for rule in definition.actions for source in rule.sources if rule.target in found]
    for source, rule in moves:
        if source not in found and (act := legal_act(definition, source, rule)) is not None:
            found[rule.target].add(act)
    # A file that is handed on while it waits still waits for the same.
    while any(not found.get(source, set()) <= found[rule.target] for source, rule in moves):
        for source, rule in moves:
            found[rule.target] |= found.get(source, set())
    return {name: frozenset(acts) for name, acts in found.items()}


def is_for(waiting: Awaited, state: str, act: Act) -> bool:
    """Whether a file is in a state for that request alone."""
    return waiting.get(state) == frozenset({act})
