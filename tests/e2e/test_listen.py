"""“Listen”: a page is read aloud by the voice of the device, and the button is hidden where there is none."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.person import Somebody
from tests.e2e.running import RunningPortal
from tests.e2e.ways import sign_in_and_start

pytestmark = pytest.mark.e2e

# The browser of the tests has no voice: this one writes down what it is given, and is done with it at a word.
STAND_IN = """(() => {
    window.spoken = [];
    let voices = [], current = null;
    const speech = new EventTarget();
    speech.getVoices = () => voices;
    speech.speak = (said) => { current = said; spoken.push({text: said.text, lang: said.lang, voice: said.voice.name}); };
    speech.cancel = () => { const one = current; current = null; one?.onerror?.(new Event("error")); };
    window.sayNext = () => { const one = current; current = null; one?.onend?.(new Event("end")); return Boolean(current); };
    window.giveVoices = (...given) => { voices = given; speech.dispatchEvent(new Event("voiceschanged")); };
    Object.defineProperty(window, "speechSynthesis", {value: speech, configurable: true});
    window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
})();"""
VOICES = [
    {"name": "remote", "lang": "ar-MA", "localService": False},
    {"name": "remote", "lang": "fr-FR", "localService": False},
    {"name": "Laila", "lang": "ar-SA", "localService": True},
    {"name": "Hortense", "lang": "fr_FR", "localService": True},
]


def give_voices(person: Somebody, voices: list[dict[str, Any]]) -> None:
    person.page.evaluate("(voices) => giveVoices(...voices)", voices)


def spoken(person: Somebody) -> list[dict[str, str]]:
    return list(person.page.evaluate("spoken"))


def test_a_question_is_read_aloud_by_a_voice_of_the_device_until_it_is_stopped(
    portal: RunningPortal, somebody: Callable[..., Somebody]
) -> None:
    person = somebody()
    person.context.add_init_script(STAND_IN)
    person.go(f"/{person.language}/services/certificat-residence")
    sign_in_and_start(person, "fatima", "certificat-residence")
    person.press("Continue", "main")
    person.press("Continue", "main")
    button = person.page.locator("[data-listen]")
    expect(button).to_be_hidden()
    give_voices(person, VOICES[:2])
    expect(button).to_be_hidden()
    give_voices(person, VOICES)
    expect(button).to_be_visible()
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert len(spoken(person)) == 1, "the next sentence waits for the one before"
    while person.page.evaluate("sayNext()"):
        pass
    expect(button).to_have_attribute("aria-pressed", "false")
    said = spoken(person)
    assert {one["voice"] for one in said} == {{"ar": "Laila", "fr": "Hortense"}[person.language]}
    assert all(len(one["text"]) <= 160 for one in said)
    whole = " ".join(one["text"] for one in said)
    for question in person.page.locator("legend, .choice").all():
        assert " ".join(question.inner_text().split()) in whole.replace("  ", " "), whole
    assert person.say("Continue") not in [one["text"] for one in said]

    button.click()
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    assert len(spoken(person)) == len(said) + 1
    assert not person.page.evaluate("sayNext()"), "it goes on after it was stopped"


def test_without_a_voice_for_the_language_no_button_is_shown(
    portal: RunningPortal, somebody: Callable[..., Somebody]
) -> None:
    person = somebody()
    person.context.add_init_script(STAND_IN)
    person.go(f"/{person.language}/services/reclamation/apply")
    person.press("Start", "main")
    other = {"ar": "fr-FR", "fr": "ar-MA"}[person.language]
    give_voices(person, [{"name": "other", "lang": other, "localService": True}])
    expect(person.page.locator("[data-listen]")).to_have_count(1)
    expect(person.page.locator("[data-listen]")).to_be_hidden()
