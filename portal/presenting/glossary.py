"""The words of the law that the portal cannot do without, each said plainly: for the tips beside them, and a page of all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from portal.domain.clock import ClockState, LegalClock
from portal.domain.service import Result, Silence
from portal.i18n import N_, translate
from portal.presenting.isolation import isolated
from portal.presenting.law import article


@dataclass(frozen=True)
class Word:
    """A word of the law in a language, its plain meaning, and the article it comes from, if there is one to name."""

    key: str
    word: str
    meaning: str
    article: str


@dataclass(frozen=True)
class _Entry:
    key: str
    word: str
    meaning: str
    source: str = ""


_GROUPS: tuple[tuple[str, tuple[_Entry, ...]], ...] = (
    (
        N_("Your file"),
        (
            _Entry(
                "complete-file",
                N_("Complete file"),
                N_("No document is missing from it any more. From that day the time to answer you is counted."),
            ),
            _Entry(
                "incomplete-file",
                N_("File being lodged"),
                N_(
                    "Documents are still missing from it. You have 30 days to bring them; otherwise the file is "
                    "returned to you."
                ),
                "55-19/10",
            ),
            _Entry(
                "receipt",
                N_("Receipt"),
                N_(
                    "The paper you are given when you hand in your file. It proves the date, and lists what is "
                    "missing. Keep it."
                ),
                "55-19/10",
            ),
            _Entry(
                "sworn-statement",
                N_("Sworn statement"),
                N_(
                    "You declare on your honour that something is true, and need not prove it by a document. "
                    "Declaring what is false can be punished."
                ),
                "55-19/7",
            ),
            _Entry(
                "certified-copy",
                N_("Certified copy"),
                N_(
                    "A copy that an office has stamped as being like the original. Nobody may ask you for one here: a "
                    "clear photo is enough."
                ),
                "55-19/4",
            ),
            _Entry(
                "legalised-signature",
                N_("Legalised signature"),
                N_("A signature that an office has certified as yours. Nobody may ask you for one here."),
                "55-19/4",
            ),
            _Entry(
                "prior-consent",
                N_("Prior consent"),
                N_(
                    "Before the administration obtains a document about you elsewhere, it asks you. If you say no, "
                    "you bring the document yourself."
                ),
                "55-19/24",
            ),
            _Entry(
                "legal-basis",
                N_("Legal basis"),
                N_("The text of law that allows the administration to ask for this, and tells it how to answer."),
                "55-19/3",
            ),
            _Entry(
                "tax-stamp",
                N_("Tax stamp"),
                N_("A small paid stamp, on paper or electronic, by which you pay what a document costs."),
            ),
        ),
    ),
    (
        N_("The answer"),
        (
            _Entry(
                "time-to-answer",
                N_("Time to answer"),
                N_(
                    "The longest time the administration may take to answer you. It is written on the sheet of each "
                    "service and on your receipt."
                ),
                "55-19/16",
            ),
            _Entry(
                "working-day",
                N_("Working day"),
                N_("A day on which offices are open: not Saturday, nor Sunday, nor a public holiday."),
            ),
            _Entry(
                "further-information",
                N_("Further information"),
                N_("What the administration may ask you to add, once only and in the first half of its time."),
                "55-19/14",
            ),
            _Entry(
                "paused-period",
                N_("Paused period"),
                N_(
                    "While your answer is awaited, the days do not count. Then the count goes on with the days that "
                    "were left."
                ),
                "55-19/14",
            ),
            _Entry(
                "extended-period",
                N_("Extended period"),
                N_(
                    "For some decisions the time can be lengthened once, for an expertise or a public inquiry. You "
                    "are told the new date."
                ),
                "55-19/17",
            ),
            _Entry(
                "reasoned-refusal",
                N_("Refusal with reasons"),
                N_("A refusal must say why. You can then appeal."),
                "55-19/18",
            ),
            _Entry(
                "silence",
                N_("Silence of the administration"),
                N_(
                    "The time has passed and no answer has come. For a few decisions this counts as a yes; for the "
                    "others you can appeal."
                ),
            ),
            _Entry(
                "silence-approval",
                N_("Silence that means acceptance"),
                N_(
                    "For the decisions that the law lists, no answer in time counts as a yes. You then ask for the "
                    "document, which is due within 7 days."
                ),
                "55-19/19",
            ),
        ),
    ),
    (
        N_("If you disagree"),
        (
            _Entry(
                "appeal",
                N_("Appeal"),
                N_(
                    "You write, within 30 days, to ask the governor or the president of the commune’s council to look "
                    "at the decision again. You are answered within 15 days."
                ),
                "55-19/21",
            ),
            _Entry(
                "complaint",
                N_("Complaint"),
                N_("You tell the administration what went wrong or does not work. You are answered within 60 days."),
                "2-17-265",
            ),
            _Entry(
                "ombudsman",
                N_("Ombudsman of the Kingdom"),
                N_(
                    "An independent institution that helps whoever is in dispute with an administration. It costs "
                    "nothing."
                ),
            ),
        ),
    ),
    (
        N_("The offices"),
        (
            _Entry(
                "district-office",
                N_("District office"),
                N_("The office of the State in an urban district, headed by a caid."),
            ),
            _Entry(
                "caidat",
                N_("Caidat"),
                N_("The office of the State in the countryside, headed by a caid."),
            ),
            _Entry(
                "commune",
                N_("Commune"),
                N_("Your town or your rural area, run by an elected council."),
            ),
            _Entry(
                "governor",
                N_("Governor of the province"),
                N_("Represents the State in the province."),
            ),
        ),
    ),
    (
        N_("Your data"),
        (
            _Entry(
                "personal-data",
                N_("Personal data"),
                N_(
                    "Everything that says who you are or tells something about you: name, address, number of your card."
                ),
            ),
            _Entry(
                "cndp",
                N_("CNDP"),
                N_(
                    "The national commission for the protection of personal data. You can complain to it if your data "
                    "are misused."
                ),
            ),
            _Entry(
                "digital-identity",
                N_("Digital identity"),
                N_("The way to prove on the Internet who you are, with your national identity card."),
            ),
            _Entry(
                "electronic-seal",
                N_("Electronic seal"),
                N_(
                    "A mark inside the file of a document. It shows who issued the document and that nobody has "
                    "changed it since."
                ),
            ),
        ),
    ),
)


_OF_STATE: Mapping[ClockState, tuple[str, ...]] = {
    ClockState.NOT_STARTED: ("incomplete-file", "complete-file", "time-to-answer"),
    ClockState.SUSPENDED: ("paused-period", "further-information"),
    ClockState.RUNNING: ("time-to-answer", "paused-period", "further-information"),
    ClockState.EXTENDED: ("time-to-answer", "extended-period", "paused-period"),
}


def words_of(clock: LegalClock, today: date, outcome: Result | None, silence: Silence) -> tuple[str, ...]:
    """The keys of the words that the page of a case uses as it stands; few, for whoever reads with pains."""
    if outcome is Result.REFUSED:
        return ("reasoned-refusal", "appeal", "ombudsman")
    if clock.silent_on is not None or clock.state(today) is ClockState.EXPIRED:
        return ("silence-approval",) if silence is Silence.APPROVAL else ("silence", "appeal", "ombudsman")
    return _OF_STATE.get(clock.state(today), ())


def glossary_groups(language: str) -> list[tuple[str, list[Word]]]:
    """All the words in the order of a file's life, under headings."""
    return [(translate(language, title), [_word(one, language) for one in entries]) for title, entries in _GROUPS]


def glossary(language: str) -> dict[str, Word]:
    """All the words by their keys."""
    return {word.key: word for _, words in glossary_groups(language) for word in words}


def _word(entry: _Entry, language: str) -> Word:
    source = isolated(article(entry.source)[language], language) if entry.source else ""
    return Word(entry.key, translate(language, entry.word), translate(language, entry.meaning), source)
