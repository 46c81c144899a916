"""What the portal itself would object is told to designers in each language as the portal says it to everybody else."""

import pickle

from portal.catalogue.faults import Fault, Sentence
from portal.catalogue.objections import objection, refusal
from portal.domain.errors import AlreadyDecided, RequestTooLate
from portal.domain.service import text
from portal.fields.base import Told, Wrong
from portal.presenting.wrongs import wrong_text


def test_a_refused_answer_is_told_as_whoever_typed_it_would_read_it() -> None:
    wrong = Wrong("field.date.before", date="2026-03-02")
    said = objection(wrong)
    assert said == "Enter a date that is not before 2026-03-02"
    for language in ("ar", "fr"):
        assert said.said(language) == wrong_text(wrong, language) != said


def test_a_rule_of_the_service_is_told_in_its_own_words() -> None:
    said = objection(Told(text("أقل من 100%", "Moins de 100 %")))
    assert (said, said.said("ar"), said.said("fr")) == ("Moins de 100 %", "أقل من 100%", "Moins de 100 %")


def test_what_the_law_refuses_is_told_by_its_article() -> None:
    why = refusal(RequestTooLate("55-19/14", until="2026-03-02"))
    whole = Sentence("'%(action)s' is refused by law here (%(why)s)", action="ask", why=why)
    assert whole == "'ask' is refused by law here (55-19/14)"
    assert "(article 14 de la loi n° 55-19)" in whole.said("fr")
    assert "(المادة 14 من القانون رقم 55.19)" in whole.said("ar")


def test_what_the_portal_refuses_is_told_by_the_heading_of_its_page() -> None:
    whole = Sentence("'%(action)s' is refused here (%(why)s)", action="grant", why=refusal(AlreadyDecided()))
    assert whole == "'grant' is refused here (case.already_decided)"
    assert "(سبق البت في هذا الملف)" in whole.said("ar")
    assert "(Ce dossier est déjà clos)" in whole.said("fr")


def test_a_fault_can_be_sent_to_another_process_with_all_its_languages() -> None:
    fault = Fault("form.yaml", 3, objection(Told(text("لا", "Non"))))
    assert pickle.loads(pickle.dumps(fault)).plain() == fault.plain()  # noqa: S301  Our own.
