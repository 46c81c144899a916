"""One version of a service: what is known of it, and each of its parts as people will meet it."""

from typing import Any

from starlette.responses import Response

from portal.actions import previews
from portal.actions import replay as replaying
from portal.actions.candidates import export_archive
from portal.domain import policies
from portal.domain.consulting import partners_asked
from portal.domain.errors import NotFound
from portal.http import limiting
from portal.http.pages import Page
from portal.http.readers import Designer
from portal.i18n import N_
from portal.store import candidates, partners, publications
from portal.store.candidates import CandidateState
from portal.web.routing import pages
from portal.web.studio import common, parts
from portal.web.studio.common import Names, Version

router = pages("/{lang}/studio/versions/{key}")


@router.get("")
def overview(page: Page, designer: Designer, key: str) -> Response:
    """Where a version stands, what its proofs say, what is to be confirmed, and what may be done with it now."""
    with page.reading() as work:
        version = common.open_version(page, work, key)
        held = publications.versions(work.connection, version.slug)
        known = candidates.listed(work.connection, version.slug)
        replays = replaying.asked(work, common.keys_of(held, known))
        names = Names(page, work, common.people_in(held, known, replays))
        registered = {one.id for one in partners.listed(work.connection)}
    same = [one for one in held if one.version == version.number]
    lines = common.history(page, same, [one for one in known if one.version == version.number], replays, names)
    return page.render(
        "studio/version.html",
        **frame(page, version, ""),
        version=version,
        uploaded=(page.moment(version.candidate.uploaded_at), names.of(version.candidate.uploaded_by))
        if version.candidate
        else None,
        taken=version.number_taken,
        published_already=version.number_taken and any(one.digest == version.digest for one in held),
        examples=sum(name.startswith("examples/") for name in version.files),
        faults=_faults(version, page.language),
        strangers=[
            one for one in (partners_asked(version.definition) if version.definition else ()) if one not in registered
        ],
        to_confirm=[
            {"item": one.item, "note": one.note[page.language]}
            for one in (version.definition.to_confirm if version.definition else ())
        ],
        may=_may(designer, version),
        note=(version.candidate.note if version.candidate else version.publication.note if version.publication else ""),
        history=lines,
    )


def _faults(version: Version, language: str) -> list[dict[str, str]]:
    """What the proofs found, in the reader's language; in English where it was found before that was kept."""
    found = version.candidate.faults if version.candidate else []
    return [
        {
            "place": f"{one['file']}:{one['line']}",
            "said": one.get("said", {}).get(language, ""),
            "plain": one["message"],
        }
        for one in found
    ]


def _may(designer: Designer, version: Version) -> dict[str, bool]:
    """What this person may do with the version now."""
    candidate, design = version.candidate, policies.can_design(designer.actor)
    if candidate is None:
        back = design and not (version.is_in_force and version.listed)
        return {"put_back": back, **dict.fromkeys(("propose", "withdraw", "decide", "refuse", "second"), False)}
    proposed, taken = candidate.state is CandidateState.PROPOSED, version.number_taken
    decide = proposed and policies.can_publish(designer.actor, candidate.uploaded_by, candidate.proposed_by)
    return {
        "propose": design and candidate.state is CandidateState.SOUND and not taken,
        "withdraw": design and candidate.open,
        "decide": decide and not taken,
        "refuse": decide and taken,
        "second": proposed and not decide and not taken,
        "put_back": False,
    }


def frame(page: Page, version: Version, part: str) -> dict[str, Any]:
    """What every page of a version shows around its own part."""
    title = version.title(page.language)
    page.title, page.current_nav = f"{title} · {page.say(N_('version'))} {version.number}", "catalogue"
    shown = [("", N_("Overview")), *((name, one.label) for name, one in parts.PARTS.items()), ("replay", N_("Replay"))]
    if version.definition is not None and not version.definition.processed:
        shown.pop()
    return {
        "title": title,
        "number": version.number,
        "slug": version.slug,
        "mark": common.mark(version.digest),
        "state": common.tag(page, version.tag()),
        "part": part,
        "back_url": common.service_url(page.language, version.slug),
        "base": common.version_url(page.language, version.key),
        "tabs": [
            {
                "label": page.say(label),
                "url": common.version_url(page.language, version.key, name),
                "current": name == part,
                "count": None,
            }
            for name, label in shown
            if not name or version.definition is not None
        ],
    }


@router.get("/export.zip")
def export(page: Page, designer: Designer, key: str) -> Response:
    """The version as the folder it came from, byte for byte."""
    with page.reading() as work:
        version = common.open_version(page, work, key)
    content = export_archive(version.slug, version.number, version.files)
    return page.download(content, "application/zip", f"{version.slug}-v{version.number}.zip")


@router.post("/documents")
def draw(page: Page, designer: Designer, key: str) -> Response:
    """Asks the worker for a document on paper: what draws it is too heavy for the processes that answer pages."""
    page.deps.limits.count(limiting.STUDIO_REPLAY, "preview", designer.member.id)
    with page.unit_of_work() as work:
        version = common.open_version(page, work, key)
        document = page.form.get("document", "")
        if version.definition is None or document not in previews.sample_ids(version.definition):
            raise NotFound()
        previews.request(work, key, document)
    return page.see_other(common.version_url(page.language, key, "documents"))


@router.get("/documents/{document}.pdf")
def on_paper(page: Page, designer: Designer, key: str, document: str) -> Response:
    """A document as it was drawn with the data of an example; nobody signed it."""
    with page.reading() as work:
        version = common.open_version(page, work, key)
    if version.definition is None:
        raise NotFound()
    content = previews.drawn(page.deps, version.definition, document)
    return page.download(content, "application/pdf", f"{version.slug}-{document}.pdf", inline=True)


@router.get("/{part}")
def part(page: Page, designer: Designer, key: str, part: str) -> Response:
    """One part of a version: its sheet, its form, its workflow, its documents, its examples, what it changes."""
    with page.reading() as work:
        version = common.open_version(page, work, key)
    wanted = parts.PARTS.get(part)
    if wanted is None or version.definition is None:
        raise NotFound()
    drawn = wanted.draw(page, version, version.definition)
    return page.render(f"studio/{part}.html", **frame(page, version, part), **drawn)
