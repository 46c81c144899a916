"""What the public sheet says beside its period: other periods, and by how much it can be extended."""

from portal.presenting.sheet import sheet_of
from tests.unit.lawful_service import EXTENSION, LAWFUL
from tests.unit.sound_service import SOUND, TERRITORY, changed, load

S = "service.yaml"


def test_other_periods_and_the_extension_stand_beside_the_promise() -> None:
    service = load(LAWFUL)
    note, other, hurried, extended = sheet_of(service, TERRITORY, "fr").deadline_notes
    assert note == "À partir du dossier complet"
    assert "15" in other
    assert "10" in hurried
    assert "20 jours" in extended
    assert "Une expertise" in extended
    arabic = sheet_of(service, TERRITORY, "ar").deadline_notes
    assert "20 يوما" in arabic[-1]
    assert "خبرة" in arabic[-1]


def test_what_nobody_could_confirm_is_not_told() -> None:
    unsure = "to_confirm:\n  - {item: deadline.extension, note: {ar: غير مؤكد, fr: Non confirmé}}\n"
    service = load(changed(LAWFUL, (S, "to_confirm:\n", unsure)))
    assert not any("Une expertise" in note for note in sheet_of(service, TERRITORY, "fr").deadline_notes)


def test_a_note_of_the_sheet_comes_first_and_stands_alone_where_there_is_nothing_else() -> None:
    assert sheet_of(load(SOUND), TERRITORY, "fr").deadline_notes == ["À partir du dossier complet"]


def test_an_extension_is_in_the_days_that_its_law_counts() -> None:
    working = changed(LAWFUL, (S, 'law: "55-19", days: 30', "law: 31-13, days: 20"))
    notes = sheet_of(load(working), TERRITORY, "fr").deadline_notes
    assert any("20 jours ouvrables" in note for note in notes)
    assert EXTENSION in working[S]
