"""Proves a service sound before anyone can use it: its texts, its authority, its deadline, its documents, its form."""

from collections import Counter
from collections.abc import Collection, Iterable

from portal.catalogue.document_proofs import prove_documents
from portal.catalogue.faults import Sentence
from portal.catalogue.form_proofs import is_always_asked, prove_form
from portal.catalogue.output_proofs import prove_output
from portal.catalogue.period_proofs import prove_follows, prove_periods
from portal.catalogue.reading import PLAIN, Reading, closest
from portal.domain.service import ANSWERS, BRACES, FIRST, ServiceDefinition

RESIDENCE = "residence"


def prove(definition: ServiceDefinition, reading: Reading, platforms: Collection[str] | None) -> None:
    """Notes every rule the service breaks; ``platforms`` are the ones the province is connected to, None for any.

    Where they are a mapping, its values are what each platform can be asked for.
    """
    _prove_languages(reading)
    _prove_keywords(definition, reading)
    prove_form(definition, reading, platforms)
    if definition.processed:
        _prove_authority(definition, reading)
    prove_periods(definition, reading)
    prove_follows(definition, reading)
    prove_documents(definition, reading, platforms)
    for output in definition.outputs.values():
        prove_output(definition, output, reading)


def _prove_languages(reading: Reading) -> None:
    """A third language, once begun, is spoken everywhere; and every language has the same placeholders."""
    spoken = frozenset[str]().union(*(text.values.keys() for _, _, text in reading.texts))
    for file, line, text in reading.texts:
        for language in sorted(spoken - text.values.keys()):
            said = Sentence("this text has no '%(language)s', which other texts of the service have", language=language)
            reading.add(file, line, said)
        used = {language: frozenset(BRACES.findall(words)) for language, words in text.values.items()}
        if differing := sorted(frozenset[str]().union(*used.values()) - frozenset.intersection(*used.values())):
            lacking = next(language for language, names in used.items() if differing[0] not in names)
            said = Sentence(
                "{%(name)s} is in one language of this text and not in '%(language)s': each has the same ones",
                name=differing[0],
                language=lacking,
            )
            reading.add(file, line, said)


def _prove_keywords(definition: ServiceDefinition, reading: Reading) -> None:
    for word in definition.keywords:
        if PLAIN.search(word):
            said = Sentence("'%(word)s' holds markup or a script: plain words only", word=word[:40])
            reading.fault_at("keywords", "", said)


def repeated(names: Iterable[str]) -> list[str]:
    return sorted(name for name, times in Counter(names).items() if times > 1)


def _prove_authority(definition: ServiceDefinition, reading: Reading) -> None:
    if message := _fault_of_authority(definition):
        reading.fault_at("authority", "by", message)


def _fault_of_authority(definition: ServiceDefinition) -> Sentence | None:
    """Why the unit that decides could not be found for every file, None where it can."""
    by = definition.authority.by
    if by == FIRST:
        return None if definition.follows is not None else Sentence("'first' needs 'follows': no case comes before")
    name = definition.applicant.get("place") if by == RESIDENCE else by.removeprefix(ANSWERS)
    if name is None:
        return Sentence("'residence' needs 'place' under 'applicant' in form.yaml")
    if by != RESIDENCE and not by.startswith(ANSWERS):
        return Sentence("'%(by)s' is not a way to find the unit: use residence or answers.<question>", by=by)
    field = definition.fields.get(name)
    if field is None:
        meant = closest(name, definition.fields)
        return Sentence("the form has no question '%(name)s'%(meant)s", name=name, meant=meant)
    if field.type == "commune":
        return Sentence(
            "the unit is found by a question of type place, '%(name)s' is commune: "
            "a commune may be divided into districts",
            name=name,
        )
    if field.type != "place":
        return Sentence(
            "the unit is found by a question of type place, '%(name)s' is %(type)s", name=name, type=field.type
        )
    if not is_always_asked(definition, field):
        return Sentence("'%(name)s' finds the unit, so it must be required and asked of everyone", name=name)
    return None
