"""A page of questions: shown, saved, and everything its buttons do without losing what is typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from starlette.responses import Response

from portal.actions import answer_files, apply, prefill, uploads
from portal.actions.answer_files import FileControl, file_controls, has_files
from portal.actions.apply import CARRIED, Journey
from portal.actions.prefill import Offer
from portal.domain.service import Page as FormPage
from portal.domain.service import Text
from portal.fields import FIELD_TYPES
from portal.fields.base import Told, Wrong
from portal.fields.entries import add_entry
from portal.http import limiting, urls
from portal.http.pages import ControlError, Page
from portal.http.readers import Filer
from portal.i18n import N_, plain_date
from portal.ports import Area
from portal.presenting.check import Row
from portal.presenting.controls import control_for, controls_of
from portal.presenting.uploads import Received, size_words
from portal.presenting.wrongs import summary_of
from portal.store import files
from portal.store.drafts import Draft
from portal.store.files import StoredFile
from portal.store.unit_of_work import Work
from portal.web.drafts import around_of, count_files, looked_at, own_draft
from portal.web.routing import pages
from portal.web.uploading import take_files

router = pages()

Brought = dict[str, list[StoredFile]]


@dataclass(frozen=True)
class OfferShown:
    """Known answers as they are offered: where they are from, what they say, and the name of the offer."""

    source: str
    lead: str
    rows: list[Row]


@dataclass(frozen=True)
class Register:
    """A platform that may be asked, and what for."""

    name: str
    title: str
    labels: list[str]


@router.get("/drafts/{draft_id}/{step}")
def question(page: Page, filer: Filer, draft_id: str, step: str) -> Response:
    return _open(page, filer, draft_id, step)


@router.get("/drafts/{draft_id}/{step}/files")
def question_with_files(page: Page, filer: Filer, draft_id: str, step: str) -> Response:
    """The address that a page with files is sent to, where large bodies are accepted: shown, it is the same page."""
    return _open(page, filer, draft_id, step)


def _open(page: Page, filer: Filer, draft_id: str, step: str) -> Response:
    draft, first = looked_at(page, filer, draft_id)
    if first is not None:
        return first
    journey = Journey(page.deps, draft)
    form_page = journey.page(step)
    if kept := page.kept():
        return _show(page, filer, journey, form_page, kept, {})
    typed = draft.content.typed.get(step)
    if typed is None:
        return _show(page, filer, journey, form_page, _saved_controls(journey, form_page), {})
    # What was typed and not accepted is shown again with what is wrong with it, unless it was only carried over.
    errors = {} if CARRIED in typed else journey.read(form_page, typed).errors
    return _show(page, filer, journey, form_page, typed, errors, status=200)


def _saved_controls(journey: Journey, form_page: FormPage) -> dict[str, str]:
    shown: dict[str, str] = {}
    for field in form_page.fields:
        shown.update(controls_of(field, journey.answers.get(field.id)))
    return shown


def _show(
    page: Page,
    filer: Filer,
    journey: Journey,
    form_page: FormPage,
    controls: Mapping[str, str],
    errors: Mapping[str, Wrong],
    *,
    status: int = 422,
) -> Response:
    draft, language = journey.draft, page.language
    page.title = form_page.title[language]
    with_files = has_files(form_page)
    if with_files and page.too_large_message:
        first = next(iter(file_controls(form_page.fields, controls)), None)
        errors = {**errors, first: Told(Text({language: page.too_large_message}))} if first else errors
        status = 422
    page.errors = [ControlError(*line) for line in summary_of(form_page.fields, errors, language)]
    computed = {
        name: value
        for field in form_page.fields
        if field.type == "computed"
        for name, value in controls_of(field, journey.answers.get(field.id)).items()
    }
    address = urls.step(language, draft.id, form_page.id)
    return page.render(
        "apply/question.html",
        status=status if errors else 200,
        **around_of(page, journey, form_page.id),
        form_action=f"{address}/files" if with_files else address,
        multipart=with_files,
        hint=form_page.hint[language] if form_page.hint else None,
        offers=_offers(page, filer, journey, form_page),
        registers=_registers(page, journey, form_page),
        away=_away(page, journey, form_page),
        controls=[
            control_for(
                field, {**controls, **computed}, None, journey.around.territory, language,
                errors=errors, visible=journey.visible, facts=journey.facts(),
                received=_received(page, journey) if with_files else None,
            )
            for field in form_page.fields
            if journey.visible(field, {})
        ],
    )  # fmt: skip


def _away(page: Page, journey: Journey, form_page: FormPage) -> str:
    """What the register is called that was asked just now and knew nothing; nothing where none was."""
    name = page.request.query_params.get("away", "")
    return _platform_name(page, name) if name in prefill.platforms_of(journey, form_page) else ""


def _received(page: Page, journey: Journey) -> dict[str, list[Received]]:
    """The files brought as answers, by the control they belong to."""
    draft = journey.draft
    with page.reading() as work:
        known = {one.id: one for one in files.of_case(work.connection, draft.seal, draft.id)}
    return {
        control: [
            Received(file.id, file.name, size_words(file.size, page.language),
                     urls.draft_file(page.language, draft.id, file.id))
            for one in found
            if (file := known.get(one["id"])) is not None
        ]
        for control, found in draft.content.held.items()
    }  # fmt: skip


def _offers(page: Page, filer: Filer, journey: Journey, form_page: FormPage) -> list[OfferShown]:
    """What is already known of this page's open questions, for her to take or to leave."""
    return [_shown(page, journey, one) for one in _known(page, filer, journey, form_page)]


def _known(page: Page, filer: Filer, journey: Journey, form_page: FormPage) -> list[Offer]:
    found = prefill.looked_up_offers(journey, form_page)
    asks_earlier = any((one.prefill or "").startswith(f"{prefill.EARLIER}.") for one in form_page.fields)
    if asks_earlier and filer.session.kind == "citizen":
        with page.reading() as work:
            found += prefill.earlier_offers(work, page.deps, journey, form_page, filer.session.subject)
    return found


def _shown(page: Page, journey: Journey, offer: Offer) -> OfferShown:
    rows = []
    for field in prefill.questions_of(journey.definition, offer.answers):
        kind = FIELD_TYPES[field.type]
        value = kind.show(field, offer.answers[field.id], page.language, journey.around)
        rows.append(Row(field.label[page.language], value, kind.latin))
    if offer.filed_on is not None:
        lead = page.say(N_("From your request of %(date)s"), date=plain_date(offer.filed_on, page.language))
    else:
        lead = page.say(N_("From: %(name)s"), name=_platform_name(page, offer.source))
    return OfferShown(offer.source, lead, rows)


def _platform_name(page: Page, name: str) -> str:
    known = page.deps.registry.in_force.platforms.get(name)
    return known.name[page.language] if known is not None else name


def _registers(page: Page, journey: Journey, form_page: FormPage) -> list[Register]:
    asked = prefill.platforms_of(journey, form_page)
    said = journey.draft.content.looked_up
    return [
        Register(name, _platform_name(page, name), [one.label[page.language] for one in questions.values()])
        for name, questions in asked.items()
        if name in page.deps.platforms and name not in said
    ]


@router.post("/drafts/{draft_id}/{step}/files")
def save_with_files(page: Page, filer: Filer, draft_id: str, step: str) -> Response:
    """Saves a page that takes files: those chosen are kept whatever else is wrong on it."""
    draft = own_draft(page, filer, draft_id)
    journey = Journey(page.deps, draft)
    controls = file_controls(journey.page(step).fields, page.form)
    if not controls:
        return _save(page, filer, draft_id, step, {}, {})
    count_files(page, filer.session)
    brought: Brought = {}

    def take(control: FileControl, sent: uploads.Upload) -> None:
        name = control.field.id
        held = len(draft.content.held.get(name, ())) + len(brought.get(name, ()))
        brought.setdefault(name, []).append(answer_files.take_in(page.deps, draft, control, sent, held))

    told = take_files(page, controls, take)
    wrongs = {control: Told(Text({page.language: message})) for control, message in told.items()}
    return _save(page, filer, draft_id, step, brought, wrongs)


@router.post("/drafts/{draft_id}/{step}")
def save(page: Page, filer: Filer, draft_id: str, step: str) -> Response:
    """Saves a page and goes on; a language switch keeps what is typed and comes back in the other language."""
    return _save(page, filer, draft_id, step, {}, {})


def _save(
    page: Page, filer: Filer, draft_id: str, step: str, brought: Brought, wrongs: Mapping[str, Wrong]
) -> Response:
    fetched = _fetch(page, filer, draft_id, step)
    offers = _offered(page, filer, draft_id, step)
    removed = None
    with page.unit_of_work() as work:
        draft = apply.find_own(work, draft_id, filer.owners, lock=True)
        if brought:
            draft = draft.with_content(held=answer_files.with_files(draft.content.held, brought))
        journey = Journey(page.deps, draft)
        form_page = journey.page(step)
        if (button := page.form.get("remove")) and "-" not in button:
            draft, removed = _remove_file(work, journey, button)
            journey = Journey(page.deps, draft, journey.today)
        stay = _stay(work, page, journey, form_page, offers, fetched)
        if stay is None:
            draft, reading = apply.save_page(work, journey, form_page, page.form)
    if removed is not None:
        page.deps.files.delete(Area.UPLOADS, removed.key)
    if stay is not None and not wrongs:
        return page.see_other(stay)
    earlier, journey = journey, Journey(page.deps, draft, journey.today)
    if stay is not None:
        journey = Journey(page.deps, own_draft(page, filer, draft_id), journey.today)
        return _show(page, filer, journey, form_page, journey.draft.content.typed[step], wrongs)
    if reading.errors or wrongs:
        return _show(page, filer, journey, form_page, reading.typed, {**reading.errors, **wrongs})
    return page.see_other(urls.step(page.language, draft_id, journey.onward(step, earlier)))


def _stay(
    work: Work,
    page: Page,
    journey: Journey,
    form_page: FormPage,
    offers: Sequence[Offer],
    fetched: Mapping[str, object] | None,
) -> str | None:
    """Does what a button other than *Continue* asks for, keeping what is typed; where it leads, or None."""
    form, held = page.form, journey.draft.content.held
    language = page.switched or page.language
    address = urls.step(language, journey.draft.id, form_page.id)
    typed, anchor = dict(journey.read(form_page, form).typed), ""
    changes: dict[str, object] = {}
    if page.switched or form.get("upload"):
        anchor = f"#{form['upload']}" if form.get("upload", "").replace("_", "").replace("-", "").isalnum() else ""
    elif button := form.get("add"):
        if (grown := add_entry(form_page.fields, typed, button, journey.facts())) is not None:
            typed, anchor = grown.typed, f"#{grown.anchor}"
    elif button := form.get("remove"):
        left = answer_files.remove_entry_with_files(form_page, typed, held, button, journey)
        if left is not None:
            typed, anchor, changes = left[0].typed, f"#{left[0].anchor}", {"held": left[1]}
    elif source := form.get("use") or form.get("leave"):
        taken = [one for one in offers if one.source == source and form.get("use")]
        typed = prefill.filled_in(form_page, taken, typed)
        changes = {"settled": (*journey.draft.content.settled, source)}
    elif platform := form.get("fetch"):
        if fetched is None:
            address += f"?away={quote(platform, safe='')}"
        else:
            changes = {"looked_up": {**journey.draft.content.looked_up, platform: fetched}}
        anchor = "#known"
    else:
        return None
    apply.keep_typed(work, journey, form_page, typed, language, **changes)
    return f"{address}{anchor}"


def _remove_file(work: Work, journey: Journey, file_id: str) -> tuple[Draft, StoredFile | None]:
    """Takes back a file brought as an answer; what else is typed stays."""
    draft = journey.draft
    removed = uploads.detach(work, draft.seal, draft.id, file_id)
    return draft.with_content(held=answer_files.without_file(draft.content.held, file_id)), removed


def _fetch(page: Page, filer: Filer, draft_id: str, step: str) -> dict[str, object] | None:
    """What a register says of her, asked because she agreed by her click, and outside of any transaction."""
    platform = page.form.get("fetch")
    if not platform:
        return None
    page.deps.limits.count(limiting.LOOK_UP_OWNER, "look_up", filer.owners[0].id)
    journey = Journey(page.deps, own_draft(page, filer, draft_id))
    return prefill.look_up(page.deps, journey, journey.page(step), platform)


def _offered(page: Page, filer: Filer, draft_id: str, step: str) -> list[Offer]:
    """The offers she was shown, when she takes one."""
    if not page.form.get("use"):
        return []
    journey = Journey(page.deps, own_draft(page, filer, draft_id))
    return _known(page, filer, journey, journey.page(step))
