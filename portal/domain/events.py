"""What has happened to a case, in the past tense. Each event is a line of its journal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True)
class Event:
    """Something that happened. ``kind`` is the class's name, and what the journal stores beside the data."""

    registry: ClassVar[dict[str, type["Event"]]] = {}

    def __init_subclass__(cls, *, happens: bool = True) -> None:
        # What only gathers the fields of several never happens itself.
        if happens:
            Event.registry[cls.__name__] = cls

    @property
    def kind(self) -> str:
        return type(self).__name__

    def data(self) -> dict[str, Any]:
        return dict(vars(self))

    @staticmethod
    def from_data(kind: str, data: Mapping[str, Any]) -> "Event":
        """The event a journal line stands for; a field that this version no longer knows is dropped."""
        cls = Event.registry[kind]
        known = cls.__dataclass_fields__
        return cls(**{key: value for key, value in data.items() if key in known})


@dataclass(frozen=True)
class Acted(Event, happens=False):
    """What an ``action`` of the workflow did, which took the case from the state ``source`` to ``target``."""

    action: str
    source: str
    target: str


@dataclass(frozen=True)
class CaseSubmitted(Event):
    """The file was handed in, online or at the counter. ``missing`` lists the documents it lacks.

    ``fee`` is what it costs by the answers given then (service.FeeDue.data()), empty where nothing was said of it.
    ``first`` is the reference of the case that it follows, as an appeal does, ``repeats`` that of an earlier refusal of
    the same request. ``received_on`` (ISO) is the day on which she declares to have received the decision that it is
    about, where it was filed after the last day counted from the decision itself.
    """

    service: str
    unit: str
    at_counter: bool = False
    missing: list[str] = field(default_factory=list)
    fee: dict[str, Any] = field(default_factory=dict)
    first: str = ""
    repeats: str = ""
    received_on: str = ""


@dataclass(frozen=True)
class FileCompleted(Event):
    """Every required document is there: the administration's period starts (law 55-19, art. 16).

    ``law`` and ``days`` say which period, where the answers gave another than the service's own.
    """

    action: str = ""
    documents: list[str] = field(default_factory=list)
    law: str = ""
    days: int = 0


@dataclass(frozen=True)
class DocumentsAdded(Event):
    """Some, but not all, of the missing documents were brought."""

    documents: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class CaseTaken(Event):
    """An agent took the case on."""


@dataclass(frozen=True)
class CaseReleased(Event):
    """The agent gave the case back to the unit's queue."""


@dataclass(frozen=True)
class CaseMoved(Acted):
    """A workflow action moved the case without deciding it or touching its clock."""

    inputs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class InformationRequested(Acted):
    """The applicant was asked for further information: the clock stands still (law 55-19, art. 14)."""

    inputs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class InformationProvided(Acted):
    """The applicant answered: the clock resumes with what was left."""

    inputs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ReplacementRequested(Acted):
    """The applicant was asked to replace defective ``documents``: the clock stands still (law 55-19, art. 10)."""

    documents: list[str]
    inputs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class DocumentsReplaced(Acted):
    """The documents asked for anew have come: the clock resumes with what was left."""

    documents: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class OriginalsRequested(Acted):
    """The applicant was asked to show the originals of ``documents`` in doubt: the clock stands still (art. 7)."""

    documents: list[str]
    inputs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class OriginalsSeen(Acted):
    """The originals were seen: the clock resumes with what was left."""

    inputs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PeriodExtended(Acted):
    """The period was extended by ``days`` for an expertise or a public inquiry (law 55-19, art. 17)."""

    days: int
    inputs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PeriodChanged(Acted):
    """The file is counted under another period from its day 0 on, as an urgent one is."""

    law: str
    days: int
    inputs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SilenceRecorded(Event):
    """The administration did not answer in time. ``on`` is the day on which its silence set in, the one after ``due_on``.

    ``meaning`` is what the law makes of it: ``approval`` or ``appeal``. Dates are ISO.
    """

    on: str
    due_on: str
    meaning: str


@dataclass(frozen=True)
class DueDateMoved(Event):
    """The calendar changed, and with it a last day: ISO dates, None where there was or is none.

    ``of`` says which one: ``answer`` that of the administration, ``file`` the applicant's own, while something is awaited
    of her, and ``remedy`` the last day on which she can turn to somebody.
    """

    before: str | None
    after: str | None
    cause: str
    of: str = "answer"


@dataclass(frozen=True)
class ApplicantReminded(Event):
    """The applicant was reminded of a last day of hers: ``on`` the day the reminder was due, ``due_on`` her last one."""

    deadline: str
    on: str
    due_on: str


@dataclass(frozen=True)
class DeadlineNear(Event):
    """Those who decide were warned of the last day; ``warning`` names the point of the period that was reached ``on``."""

    warning: str
    on: str
    due_on: str
    warned: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class RemedyFiled(Event):
    """A case that follows this one was filed, such as an appeal; ``service`` is its slug."""

    service: str
    reference: str


@dataclass(frozen=True)
class RemedyDecided(Event):
    """A case that follows this one ended with an ``outcome``."""

    service: str
    reference: str
    outcome: str


@dataclass(frozen=True)
class CaseDecided(Acted):
    """The case ended, with its outcome and what the decision says; what time decided has its day in ``on``."""

    outcome: str
    inputs: dict[str, Any] = field(default_factory=dict)
    on: str = ""


@dataclass(frozen=True)
class CaseTransferred(Acted):
    """The case went to another unit, which decides on it from now on; the law's clock runs on."""

    from_unit: str
    to_unit: str
    inputs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class CaseReopened(Acted):
    """A decision was taken up again within its term: a new period starts that day."""

    inputs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class OpinionsRequested(Event):
    """Opinions were asked on entering a state. Rounds are counted from 1 over the life of the case.

    Each of ``opinions`` has the opinion's ``id``, the ``unit`` or the ``partner`` it is asked of, and ``due_on``: the
    last day to give it (ISO), or None where there is no term.
    """

    state: str
    opinions: list[dict[str, Any]]
    round: int


@dataclass(frozen=True)
class OpinionGiven(Event):
    """An opinion came. ``by`` is the unit or the partner that gave it, ``inputs`` what it was asked."""

    opinion: str
    round: int
    by: str
    inputs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class OpinionsJoined(Event):
    """The opinions of a round were brought together: enough had come or, if ``late``, their term had passed ``on`` a day."""

    round: int
    late: bool = False
    on: str = ""


@dataclass(frozen=True)
class VoteCast(Event):
    """A member of the committee voted: ``for``, ``against`` or ``abstain`` (see ``voting``)."""

    member: str
    choice: str
    note: str = ""


@dataclass(frozen=True)
class TimerFired(Event):
    """A case had stayed in its state for a timer's term. ``action`` is what the system then did, ``warned`` who was told.

    ``on`` is the day (ISO) on which it was due, here as in others: empty where it was recorded on that very day.
    """

    timer: str
    action: str = ""
    warned: list[str] = field(default_factory=list)
    on: str = ""


@dataclass(frozen=True)
class DocumentObtained(Event):
    """An agent recorded a document that she obtained from the administration that holds it."""

    document: str


@dataclass(frozen=True)
class DocumentIssued(Event):
    """A signed document was issued.

    ``entered`` is the digest of what the register then said of it (``store.documents.digest_of``), ``replaces`` the
    numbers of the revoked documents in whose place it stands: so nobody can alter the register unseen.
    """

    document: str
    number: str
    entered: str = ""
    replaces: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class NumberAbandoned(Event):
    """An operator gave up making a document whose number was reserved: the number is on record, and never given again."""

    document: str
    number: str
    why: str


@dataclass(frozen=True)
class DocumentRevoked(Event):
    """A chief declared that a document no longer stands; ``why`` is a ``RevokedFor``, ``reasons`` her own words.

    ``again`` says that another is issued in its place.
    """

    document: str
    number: str
    why: str
    reasons: str
    again: bool = False


@dataclass(frozen=True)
class MessageSent(Event):
    """The applicant was told."""

    channel: str


@dataclass(frozen=True)
class CasePushed(Event):
    """The case was handed to a national platform."""

    platform: str
    remote_reference: str


@dataclass(frozen=True)
class FollowUpReported(Event):
    """A platform or partner reported what became of the case. ``label`` is its status in both languages."""

    source: str
    status: str
    label: dict[str, str] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True)
class KeyErased(Event):
    """The case's key was destroyed: the last line that a case can have, written in the transaction that destroys it.

    Nobody can read its data afterwards. Kind, moment and actor of a line are in clear, and chained like the rest of it.
    """


@dataclass(frozen=True)
class EffectGivenUp(Event):
    """An effect failed for good and waits for an operator."""

    effect: str
