"""Brings versions of services into force: one person uploads and proposes a version, a second one publishes it."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from portal.actions import rules_of_time
from portal.actions.deps import Deps
from portal.adapters.archives import BadArchive, read_archive, write_archive
from portal.catalogue.across import prove_across
from portal.catalogue.faults import Fault, Sentence, Unsound
from portal.catalogue.life_events import load_life_events
from portal.catalogue.loader import SLUG, VERSION, Package, digest_of, load_service
from portal.catalogue.platforms import faults_of_mappings, looked_up
from portal.catalogue.sheet import FILE as SHEET
from portal.domain import policies
from portal.domain.case import Actor
from portal.domain.errors import NotFound, PortalError
from portal.domain.service import ServiceDefinition
from portal.fields.cleaning import paragraphs
from portal.i18n import N_
from portal.store import candidates, publications
from portal.store.candidates import Candidate, CandidateState, Origin, Purpose
from portal.store.publications import SERVICE, Publication, Published
from portal.store.unit_of_work import Work

MAX_NOTE = 1000
LAYOUT = re.compile(r"(service|form|workflow)\.yaml|examples/[A-Za-z0-9._-]+\.yaml|lists/[A-Za-z0-9._-]+\.csv")
"""The files a version may have: texts alone, never code."""


class Overtaken(PortalError):
    """Somebody else did something with this version, or another came into force meanwhile."""

    status, key = 409, "studio.overtaken"


class NoLongerSound(PortalError):
    """The version was sound when it was proposed; the province has changed since, and now it has faults."""

    status, key = 409, "studio.no_longer_sound"


class SameFiles(PortalError):
    """Another service has exactly these files, published meanwhile: a version is known by what it says."""

    status, key = 409, "studio.same_files"


@dataclass(frozen=True)
class Unpacked:
    """An uploaded folder: which service it is of, the number it bears, if any, and its texts exactly as they are."""

    slug: str
    version: int | None
    files: Mapping[str, str]


def unpack(content: bytes, slug: str = "") -> Unpacked:
    """The version of a service in a ZIP; raises BadArchive. ``slug`` is for a folder that does not say whose it is."""
    found = {PurePosixPath(path): data for path, data in read_archive(content).items()}
    sheets = [path for path in found if path.name == SHEET]
    if len(sheets) != 1:
        raise BadArchive(N_("The archive must hold the folder of one version, with one %(name)s."), name=SHEET)
    root = sheets[0].parent
    number = VERSION.fullmatch(root.name)
    named = root.parent.name if number else ""
    if slug and named and slug != named:
        raise BadArchive(N_("The folder is of the service %(name)s, not of the one chosen."), name=named)
    slug = slug or named
    if not SLUG.fullmatch(slug) or len(slug) > 60:
        raise BadArchive(N_("Say which service it is: small letters a-z, digits and dashes."))
    return Unpacked(slug, int(number[1]) if number else None, _texts(found, root))


def _texts(found: Mapping[PurePosixPath, bytes], root: PurePosixPath) -> dict[str, str]:
    texts: dict[str, str] = {}
    for path, data in found.items():
        name = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
        if not LAYOUT.fullmatch(name):
            raise BadArchive(N_("A version of a service has no such file: %(name)s."), name=name)
        try:
            texts[name] = data.decode()
        except UnicodeDecodeError:
            raise BadArchive(N_("%(name)s is not UTF-8 text."), name=name) from None
        if "\0" in texts[name]:
            raise BadArchive(N_("%(name)s is not UTF-8 text."), name=name)
    return texts


def receive(deps: Deps, actor: Actor, content: bytes, slug: str = "") -> Candidate:
    """Takes an uploaded version in and checks it; a faulty one is kept with its faults. Raises BadArchive.

    Not to be called inside a transaction: the proofs take their time.
    """
    policies.check_can_design(actor)
    sent = unpack(content, slug)
    with deps.reading() as work:
        held = publications.versions(work.connection, sent.slug)
        digest = digest_of(sent.files)
        known = publications.get(work.connection, digest)
    version = sent.version or max((one.version for one in held), default=0) + 1
    faults = [
        *_taken(held, version, digest),
        *_of_another(known, sent.slug),
        *check(deps, sent.slug, version, sent.files),
    ]
    with deps.unit_of_work() as work:
        candidate = Candidate(
            id=uuid.uuid4().hex,
            purpose=Purpose.PUBLISH,
            slug=sent.slug,
            version=version,
            digest=digest,
            origin=Origin.UPLOAD,
            state=CandidateState.FAULTY if faults else CandidateState.SOUND,
            faults=[fault.plain() for fault in faults],
            uploaded_by=actor.id,
            uploaded_at=work.now,
            files=sent.files,
        )
        candidates.add(work.connection, candidate)
    return candidate


def _of_another(known: Publication | None, slug: str) -> list[Fault]:
    """What speaks against files that are published already as another service: a version is known by what it says."""
    if known is None or (known.kind, known.slug) == (SERVICE, slug):
        return []
    said = Sentence(
        "these are exactly the files of version %(version)s of %(slug)s, which is published: "
        "another service says something else, its title at least",
        version=known.version,
        slug=known.slug,
    )
    return [Fault(SHEET, 1, said)]


def _taken(held: list[Published], version: int, digest: str) -> list[Fault]:
    """What speaks against a number: published versions never change, and each is newer than the last."""
    last = max((one.version for one in held), default=0)
    if same := [one for one in held if one.digest == digest]:
        said = Sentence(
            "these are exactly the files of version %(version)s, which is published", version=same[0].version
        )
        return [Fault(SHEET, 1, said)]
    if version <= last:
        said = Sentence(
            "version %(last)s is published already, and a published version never changes: name the folder v%(next)s",
            last=last,
            next=last + 1,
        )
        return [Fault(SHEET, 1, said)]
    return []


def number_taken(candidate: Candidate, newest: int) -> bool:
    """Whether an upload can no longer come into force, since a version of its number or a newer one was published."""
    return candidate.open and candidate.purpose is Purpose.PUBLISH and candidate.version <= newest


def check(deps: Deps, slug: str, version: int, files: Mapping[str, str]) -> list[Fault]:
    """Everything that is wrong with a version, as the real loader finds it in the province as it is published."""
    in_force = deps.registry.in_force
    with deps.reading() as work:
        configured = _configured(work)
        earlier = publications.of_slug(work.connection, slug)
    platforms = {name: looked_up(text) for name, text in configured["platform"].items()}
    try:
        definition = load_service(slug, files, version=version, territory=in_force.territory, platforms=platforms)
    except Unsound as unsound:
        return list(unsound.faults)
    slugs = {slug, *in_force.services}
    texts = {f"platforms/{name}.yaml": text for name, text in configured["platform"].items()}
    folder = f"v{version}"
    loaded = [(Package(slug, version, folder, files), definition)]
    for one in [each for each in earlier if each.version < version]:
        package = Package(slug, one.version, f"v{one.version}", one.files)
        loaded.append((package, deps.registry.version(slug, one.digest)))
    loaded += [
        (Package(other.slug, other.version, f"{other.slug}/v{other.version}", {}), other)
        for other in in_force.services.values()
        if other.slug != slug
    ]
    events = {event.id for text in configured["life_events"].values() if text for event in load_life_events(text)}
    found = [*prove_across(loaded, slugs, events), *faults_of_mappings(texts, [definition], slugs)]
    return [Fault(one.file.removeprefix(f"{folder}/"), one.line, one.message) for one in found]


def _configured(work: Work) -> dict[str, dict[str, str]]:
    """What is in force beside the services that a version may name: the platforms and the life events, as texts."""
    found: dict[str, dict[str, str]] = {"platform": {}, "life_events": {}}
    for kind, slug, digest, _ in publications.current(work.connection):
        held = publications.get(work.connection, digest) if kind in found else None
        for text in held.files.values() if held is not None else ():
            found[kind][slug] = text
    return found


def find(work: Work, candidate_id: str, *, lock: bool = False) -> Candidate:
    """A candidate with its files; raises NotFound."""
    found = candidates.get(work.connection, candidate_id, lock=lock)
    if found is None:
        raise NotFound()
    return found


def definition_of(deps: Deps, candidate: Candidate) -> ServiceDefinition:
    """What a sound candidate declares."""
    publication = Publication(candidate.digest, SERVICE, candidate.slug, candidate.version, candidate.files or {})
    return deps.registry.unpublished(publication)


def version_of(deps: Deps, work: Work, key: str) -> tuple[ServiceDefinition, Mapping[str, str]]:
    """What the candidate or publication of a key declares, and its files; raises NotFound for one that is faulty."""
    candidate = candidates.get(work.connection, key)
    if candidate is not None and candidate.purpose is Purpose.PUBLISH:
        try:
            return definition_of(deps, candidate), candidate.files or {}
        except Unsound:
            raise NotFound() from None
    publication = publications.get(work.connection, candidate.digest if candidate is not None else key)
    if publication is None or publication.kind != SERVICE:
        raise NotFound()
    return deps.registry.version(publication.slug, publication.digest), publication.files


def propose(work: Work, actor: Actor, candidate_id: str, note: str) -> Candidate:
    """Puts a sound version before a second person, who alone may publish it."""
    policies.check_can_design(actor)
    candidate = find(work, candidate_id, lock=True)
    held = publications.versions(work.connection, candidate.slug)
    if candidate.state is not CandidateState.SOUND or _taken(held, candidate.version, candidate.digest):
        raise Overtaken()
    _change(
        work,
        candidate,
        state=CandidateState.PROPOSED.value,
        base=_in_force(work, candidate.slug),
        note=paragraphs(note)[:MAX_NOTE],
        proposed_by=actor.id,
        proposed_at=work.now,
    )
    return candidate


def propose_put_back(work: Work, actor: Actor, digest: str, note: str) -> Candidate:
    """Proposes that an earlier publication come into force again, which a second person decides too."""
    policies.check_can_design(actor)
    publication = publications.get(work.connection, digest)
    if publication is None or publication.kind != SERVICE:
        raise NotFound()
    if publications.in_force(work.connection, SERVICE, publication.slug) == (digest, True):
        raise Overtaken()
    waiting = candidates.listed(work.connection, publication.slug, still_open=True)
    if any(one.purpose is Purpose.PUT_BACK and one.digest == digest for one in waiting):
        raise Overtaken()
    candidate = Candidate(
        id=uuid.uuid4().hex,
        purpose=Purpose.PUT_BACK,
        slug=publication.slug,
        version=publication.version,
        digest=digest,
        origin=Origin.UPLOAD,
        state=CandidateState.PROPOSED,
        faults=[],
        uploaded_by=actor.id,
        uploaded_at=work.now,
        base=_in_force(work, publication.slug),
        note=paragraphs(note)[:MAX_NOTE],
        proposed_by=actor.id,
        proposed_at=work.now,
        files={},
    )
    candidates.add(work.connection, candidate)
    return candidate


def withdraw(work: Work, actor: Actor, candidate_id: str) -> Candidate:
    """Takes a proposal back, or gives a version up that was not proposed yet; what was decided stays as it is."""
    policies.check_can_design(actor)
    candidate = find(work, candidate_id, lock=True)
    if not candidate.open:
        raise Overtaken()
    if candidate.state is CandidateState.PROPOSED and candidate.purpose is Purpose.PUBLISH:
        _change(work, candidate, state=CandidateState.SOUND.value, proposed_by=None, proposed_at=None, base=None)
    else:
        _change(work, candidate, state=CandidateState.DISCARDED.value, decided_by=actor.id, decided_at=work.now)
    return candidate


def refuse(work: Work, actor: Actor, candidate_id: str, note: str) -> Candidate:
    """Says no to a proposal; its version can be uploaded again once it is mended."""
    candidate = find(work, candidate_id, lock=True)
    policies.check_can_publish(actor, candidate.uploaded_by, candidate.proposed_by)
    if candidate.state is not CandidateState.PROPOSED:
        raise Overtaken()
    _decide(work, candidate, actor, CandidateState.REFUSED, note)
    return candidate


def approve(deps: Deps, actor: Actor, candidate_id: str, note: str) -> Candidate:
    """Puts a proposed version in force, proved once more just before; raises SamePerson, Overtaken, NoLongerSound,
    SameFiles.

    Not to be called inside a transaction.
    """
    with deps.reading() as work:
        candidate = find(work, candidate_id)
    policies.check_can_publish(actor, candidate.uploaded_by, candidate.proposed_by)
    publishing = candidate.purpose is Purpose.PUBLISH
    if publishing and check(deps, candidate.slug, candidate.version, candidate.files or {}):
        raise NoLongerSound()
    with deps.unit_of_work() as work:
        candidate = find(work, candidate_id, lock=True)
        policies.check_can_publish(actor, candidate.uploaded_by, candidate.proposed_by)
        held = publications.in_force(work.connection, SERVICE, candidate.slug, lock=True)
        if candidate.state is not CandidateState.PROPOSED or candidate.base != (held[0] if held else None):
            raise Overtaken()
        if publishing:
            _keep_publication(work, candidate, actor)
        before = rules_of_time.in_force(work.connection)
        if held is not None:
            publications.put_in_force(work.connection, SERVICE, candidate.slug, candidate.digest)
        elif not publications.put_first_in_force(work.connection, SERVICE, candidate.slug, candidate.digest):
            raise Overtaken()
        rules_of_time.recount_if_changed(work.connection, before, actor.id, work.now)
        _decide(work, candidate, actor, CandidateState.PUBLISHED, note)
    deps.registry.forget()
    return candidate


def _keep_publication(work: Work, candidate: Candidate, actor: Actor) -> None:
    held = publications.versions(work.connection, candidate.slug)
    if _taken(held, candidate.version, candidate.digest):
        raise Overtaken()
    made = Publication(
        digest=candidate.digest,
        kind=SERVICE,
        slug=candidate.slug,
        version=candidate.version,
        files=candidate.files or {},
        published_by=candidate.proposed_by,
        approved_by=actor.id,
        note=candidate.note,
    )
    if not publications.store(work.connection, made, work.now):
        raise SameFiles()


def _decide(work: Work, candidate: Candidate, actor: Actor, state: CandidateState, note: str) -> None:
    _change(
        work,
        candidate,
        state=state.value,
        decided_by=actor.id,
        decided_at=work.now,
        decision=paragraphs(note)[:MAX_NOTE],
    )


def _change(work: Work, candidate: Candidate, **values: object) -> None:
    if not candidates.change(work.connection, candidate, **values):
        raise Overtaken()


def _in_force(work: Work, slug: str) -> str | None:
    held = publications.in_force(work.connection, SERVICE, slug)
    return held[0] if held else None


def exported(slug: str, version: int, files: Mapping[str, str]) -> dict[str, bytes]:
    """A version as the folder it came from, byte for byte, by the paths below a catalogue."""
    return {f"{slug}/v{version}/{name}": text.encode() for name, text in files.items()}


def export_archive(slug: str, version: int, files: Mapping[str, str]) -> bytes:
    """A version as a ZIP that can be edited and uploaded again."""
    return write_archive(exported(slug, version, files))
