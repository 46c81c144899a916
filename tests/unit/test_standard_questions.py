"""What acts of law ask by themselves: the loader puts these questions before the service's own."""

from decimal import Decimal

from portal.domain.acts import Act
from portal.domain.service import Source
from tests.unit.lawful_service import LAWFUL
from tests.unit.sound_service import changed, load

S, W = "service.yaml", "workflow.yaml"
OWN = "asks: [{id: reasons, type: short_text, label: {ar: س, fr: Q}}]"


def test_acts_ask_their_questions_by_themselves() -> None:
    service = load(LAWFUL)
    asked = {rule.act: [field.id for field in rule.asks] for rule in service.actions if rule.act}
    assert asked[Act.REPLACEMENT] == ["documents", "reasons"]
    assert asked[Act.ORIGINALS] == ["documents", "reasons"]
    assert asked[Act.EXTENSION] == ["days", "reasons"]
    assert asked[Act.RETURN] == asked[Act.REPETITION] == []
    replacement = next(rule for rule in service.actions if rule.act is Act.REPLACEMENT)
    documents, reasons = replacement.asks
    assert [option.value for option in documents.options] == [
        one.id for one in service.documents if one.source is Source.CITIZEN
    ]
    extension = next(rule for rule in service.actions if rule.act is Act.EXTENSION)
    assert (extension.asks[0].limits.minimum, extension.asks[0].limits.maximum) == (Decimal(1), Decimal(20))
    # A question that the service words itself stays, and is not asked twice.
    own = load(changed(LAWFUL, (W, "act: originals,", f"act: originals, {OWN},")))
    doubt = next(rule for rule in own.actions if rule.act is Act.ORIGINALS)
    assert [(field.id, field.type) for field in doubt.asks] == [("documents", "choices"), ("reasons", "short_text")]
    assert reasons.hint is not None
    assert "première moitié" in reasons.hint["fr"]


def test_what_is_asked_once_and_early_is_said_where_the_law_wants_it() -> None:
    once = {"ar": "مرة واحدة", "fr": "une seule fois"}
    doubt = next(rule for rule in load(LAWFUL).actions if rule.act is Act.ORIGINALS)
    hint = doubt.asks[1].hint
    assert hint is not None
    assert all(words in hint[language] for language, words in once.items())
    other = changed(LAWFUL, (S, 'law: "55-19", days: 30', "law: 31-13, days: 20"))
    hint = next(rule for rule in load(other).actions if rule.act is Act.ORIGINALS).asks[1].hint
    assert hint is not None
    assert not any(words in hint[language] for language, words in once.items())
