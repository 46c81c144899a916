"""What the studio's pages share: where they are, a version opened whole, and who did what with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from portal.actions.candidates import definition_of, number_taken
from portal.actions.replay import Asked
from portal.catalogue.faults import Unsound
from portal.domain.errors import NotFound
from portal.domain.service import ServiceDefinition
from portal.http.pages import Page
from portal.i18n import N_
from portal.store import candidates, publications, sessions
from portal.store.candidates import Candidate, CandidateState, Purpose
from portal.store.publications import SERVICE, Publication, Published
from portal.store.unit_of_work import Work

STATES: Mapping[CandidateState, tuple[str, str]] = {
    CandidateState.FAULTY: (N_("Has faults"), "bad"),
    CandidateState.SOUND: (N_("Sound, not proposed yet"), "wait"),
    CandidateState.PROPOSED: (N_("Waits for a second person"), "warn"),
    CandidateState.PUBLISHED: (N_("Published"), "good"),
    CandidateState.REFUSED: (N_("Not accepted"), "bad"),
    CandidateState.DISCARDED: (N_("Withdrawn"), "plain"),
}
"""How far a candidate has come, with the kind of its tag."""

NUMBER_TAKEN = (N_("Number taken"), "bad")
IN_FORCE = (N_("In force"), "good")
WAS_IN_FORCE = (N_("Published earlier"), "plain")
NOT_OFFERED = (N_("No longer offered"), "bad")
BY_FOLDER = N_("the services folder")


def home(language: str) -> str:
    return f"/{language}/studio"


def service_url(language: str, slug: str) -> str:
    return f"/{language}/studio/services/{slug}"


def version_url(language: str, key: str, part: str = "") -> str:
    return f"/{language}/studio/versions/{key}{'/' + part if part else ''}"


@dataclass(frozen=True)
class Tag:
    """A word in a coloured field."""

    label: str
    kind: str


def tag(page: Page, named: tuple[str, str]) -> Tag:
    return Tag(page.say(named[0]), named[1])


def standing(candidate: Candidate, newest: int) -> tuple[str, str]:
    """How far a candidate has come; ``newest`` is the number of the newest published version of its service, or 0."""
    faulty = candidate.state is CandidateState.FAULTY
    return NUMBER_TAKEN if number_taken(candidate, newest) and not faulty else STATES[candidate.state]


def newest_of(held: Iterable[Published]) -> dict[str, int]:
    """The number of the newest published version of each service."""
    found: dict[str, int] = {}
    for one in held:
        found[one.slug] = max(one.version, found.get(one.slug, 0))
    return found


def mark(digest: str) -> str:
    """What tells versions of the same number apart: the beginning of the digest of their files."""
    return digest[:8]


@dataclass(frozen=True)
class Version:
    """A version opened in the studio: published, or a candidate. ``definition`` is None for one that cannot be read."""

    key: str
    slug: str
    number: int
    digest: str
    files: Mapping[str, str]
    definition: ServiceDefinition | None
    candidate: Candidate | None
    publication: Publication | None
    in_force: str | None
    listed: bool
    newest: int

    @property
    def number_taken(self) -> bool:
        """Whether a version of this number or a newer one was published while this one waited."""
        return self.candidate is not None and number_taken(self.candidate, self.newest)

    @property
    def is_in_force(self) -> bool:
        return self.publication is not None and self.in_force == self.digest

    def title(self, language: str) -> str:
        return self.definition.title[language] if self.definition else self.slug

    def tag(self) -> tuple[str, str]:
        """Where the version stands."""
        if self.candidate is not None:
            return standing(self.candidate, self.newest)
        if not self.is_in_force:
            return WAS_IN_FORCE
        return IN_FORCE if self.listed else NOT_OFFERED


def open_version(page: Page, work: Work, key: str) -> Version:
    """The candidate or the publication of a key; raises NotFound."""
    candidate = candidates.get(work.connection, key)
    wanted = candidate.digest if candidate is not None and candidate.purpose is Purpose.PUT_BACK else key
    publication = publications.get(work.connection, wanted) if candidate is None or wanted != key else None
    known: Candidate | Publication | None = publication or candidate
    if known is None or (publication is not None and publication.kind != SERVICE):
        raise NotFound()
    pointer = publications.in_force(work.connection, SERVICE, known.slug) or (None, False)
    return Version(
        key=key,
        slug=known.slug,
        number=known.version,
        digest=known.digest,
        files=known.files or {},
        definition=_definition(page, candidate, publication),
        candidate=candidate,
        publication=publication,
        in_force=pointer[0],
        listed=pointer[1],
        newest=newest_of(publications.versions(work.connection, known.slug)).get(known.slug, 0),
    )


def _definition(page: Page, candidate: Candidate | None, publication: Publication | None) -> ServiceDefinition | None:
    registry = page.deps.registry
    try:
        if publication is not None:
            return registry.version(publication.slug, publication.digest)
        if candidate is not None and candidate.state is not CandidateState.FAULTY:
            return definition_of(page.deps, candidate)
    except Unsound:
        # Written for a portal that knew less, or more, than this one.
        return None
    return None


def standing_of(page: Page, version: Version) -> ServiceDefinition | None:
    """What is in force of the same service, to compare a version with."""
    return page.deps.registry.version(version.slug, version.in_force) if version.in_force else None


class Names:
    """The names of those who did something, looked up at once; whatever nobody did came from the folder."""

    def __init__(self, page: Page, work: Work, ids: Iterable[str | None]) -> None:
        wanted = {one for one in ids if one}
        self._names = sessions.staff_names(work.connection, wanted, page.language)
        self._folder = page.say(BY_FOLDER)

    def of(self, staff_id: str | None) -> str:
        return self._names.get(staff_id, "—") if staff_id else self._folder


@dataclass(frozen=True)
class HistoryLine:
    """Something that was done with a service's versions: when, what, by whom, and what was said about it.

    ``mark`` tells of which version it was, where several bear that number.
    """

    at: datetime
    moment: str
    what: str
    who: str
    note: str
    mark: str


def keys_of(held: Iterable[Published], known: Iterable[Candidate]) -> dict[str, int]:
    """The keys that these are opened by, each with the number of its version."""
    return {one.digest: one.version for one in held} | {one.id: one.version for one in known}


def people_in(held: Iterable[Published], known: Iterable[Candidate], replays: Iterable[Asked]) -> set[str | None]:
    """Everybody who has a part in these."""
    found: set[str | None] = {one.by for one in replays}
    for one in held:
        found |= {one.published_by, one.approved_by}
    for candidate in known:
        found |= {candidate.uploaded_by, candidate.proposed_by, candidate.decided_by}
    return found


DECISIONS: Mapping[tuple[CandidateState, Purpose], str] = {
    (CandidateState.PUBLISHED, Purpose.PUBLISH): N_("Version %(number)s published"),
    (CandidateState.PUBLISHED, Purpose.PUT_BACK): N_("Version %(number)s put in force again"),
    (CandidateState.REFUSED, Purpose.PUBLISH): N_("Version %(number)s not accepted"),
    (CandidateState.REFUSED, Purpose.PUT_BACK): N_("Version %(number)s not put in force again"),
    (CandidateState.DISCARDED, Purpose.PUBLISH): N_("Version %(number)s withdrawn"),
    (CandidateState.DISCARDED, Purpose.PUT_BACK): N_("Proposal of version %(number)s withdrawn"),
}


def history(
    page: Page, held: Iterable[Published], known: Iterable[Candidate], replays: Iterable[Asked], names: Names
) -> list[HistoryLine]:
    """What was done with a service's versions, the newest first."""
    held, known = list(held), list(known)
    numbers = keys_of(held, known)
    digests = {one.digest: one.digest for one in held} | {one.id: one.digest for one in known}
    shared = _shared([*held, *known])
    lines: list[HistoryLine] = []

    def note(at: datetime | None, message: str, key: str, who: str | None, said: str = "") -> None:
        if at is not None:
            what = page.say(message, number=str(numbers[key]))
            which = mark(digests[key]) if numbers[key] in shared else ""
            lines.append(HistoryLine(at, page.moment(at), what, names.of(who), said, which))

    for one in held:
        if one.from_folder:
            note(one.published_at, N_("Version %(number)s published"), one.digest, None, one.note)
    for each in known:
        if each.purpose is Purpose.PUBLISH:
            note(each.uploaded_at, N_("Version %(number)s uploaded"), each.id, each.uploaded_by)
            note(each.proposed_at, N_("Version %(number)s proposed"), each.id, each.proposed_by, each.note)
        else:
            message = N_("Version %(number)s proposed to be put in force again")
            note(each.proposed_at, message, each.id, each.proposed_by, each.note)
        decision = DECISIONS.get((each.state, each.purpose))
        if decision:
            note(each.decided_at, decision, each.id, each.decided_by, each.decision)
    for asked in replays:
        if asked.key in numbers:
            note(asked.at, N_("Closed files replayed under version %(number)s"), asked.key, asked.by)
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _shared(found: Iterable[Published | Candidate]) -> set[int]:
    """The numbers that versions of different files bear."""
    digests: dict[int, set[str]] = {}
    for one in found:
        digests.setdefault(one.version, set()).add(one.digest)
    return {number for number, each in digests.items() if len(each) > 1}
