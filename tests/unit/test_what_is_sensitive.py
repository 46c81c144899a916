"""What a service calls sensitive stays with those who decide, and so does what is worked out from it."""

from portal.api.cases import open_answers
from portal.catalogue.loader import load_service
from portal.web.sensitive import holds_sensitive, open_fields
from tests.unit.printed_permit import FILES, SLUG
from tests.unit.sound_service import TERRITORY, changed


def test_what_is_computed_from_a_sensitive_answer_is_told_to_no_outsider() -> None:
    definition = load_service(SLUG, FILES, territory=TERRITORY)
    answers = {"copies": 3, "health": 7, "surface": 20.0, "twice": 40.0, "unwell": 14}
    # A partner by the interface, and another office on its page.
    assert open_answers(definition, answers) == {"copies": 3, "surface": 20.0, "twice": 40.0}
    shown = {one.id for page in definition.pages for one in open_fields(definition, page.fields)}
    asked = {one.id for page in definition.pages for one in page.fields}
    assert asked - shown == {"health", "unwell"}


def test_a_service_that_asks_for_nothing_sensitive_withholds_nothing() -> None:
    definition = load_service(SLUG, FILES, territory=TERRITORY)
    assert holds_sensitive(definition)
    plain = changed(FILES, ("form.yaml", ", sensitive: true", ""))
    assert not holds_sensitive(load_service(SLUG, plain, territory=TERRITORY))
