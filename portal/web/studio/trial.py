"""Trying a version out: beginning, playing its people, moving its days on, and ending it."""

from typing import Any

from markupsafe import Markup
from starlette.responses import Response

from portal.actions import trial as trying
from portal.actions.trial import CITIZEN, PARTNER, VISITOR
from portal.domain.consulting import partners_asked
from portal.domain.errors import Invalid, NotFound
from portal.domain.policies import COUNTER
from portal.domain.service import Role, ServiceDefinition, Text
from portal.http import limiting, urls
from portal.http.pages import UNSAFE, Page
from portal.http.readers import Designer
from portal.i18n import N_, long_date, office_date, plain_date
from portal.ports import Channel
from portal.presenting.isolation import quoted
from portal.presenting.templates import environment
from portal.store import opinions, partners
from portal.store.studio_cases import tried
from portal.web.routing import pages
from portal.web.studio import common, inside
from portal.web.studio.inside import Opened, answer, opened, place_for, trial_url

router = pages("/{lang}/studio")

DAYS = (1, 7, 15, 30, 60, 90)
ROLES = {
    VISITOR: N_("Visitor without an account"),
    CITIZEN: N_("Citizen, signed in"),
    Role.CLERK.value: N_("Clerk"),
    Role.AGENT.value: N_("Agent"),
    Role.CHIEF.value: N_("Chief"),
    Role.COMMITTEE.value: N_("Member of the committee"),
}
CHANNELS = {Channel.EMAIL: N_("By e-mail"), Channel.SMS: N_("By SMS")}
MOST_MEMBERS = 9
SIGNING = {
    "sign-in": CITIZEN,
    "counter/sign-in": Role.CHIEF.value,
    "sign-out": VISITOR,
    "counter/sign-out": VISITOR,
}
"""Who is played once somebody signed in or out at these addresses of a try-out."""


@router.post("/versions/{key}/try")
def start(page: Page, designer: Designer, key: str) -> Response:
    """Begins a try-out of a version, with nobody signed in and today's date."""
    page.deps.limits.count(limiting.STUDIO_TRIAL, "try", designer.member.id)
    with page.reading() as work:
        version = common.open_version(page, work, key)
    if version.definition is None:
        raise NotFound()
    trial = trying.begin(page.deps, designer.session, key)
    return page.see_other(trial_url(page.language, trial.id))


@router.get("/try/{trial_id}")
def show(page: Page, designer: Designer, trial_id: str) -> Response:
    """The pretend cases so far, and what would have left the house."""
    with opened(page, designer, trial_id) as found:
        definition = definition_of(found)
        with found.deps.reading() as work:
            cases = tried(work.connection)
            asked = {one: len(opinions.of_partner(work.connection, one)) for one in partners_asked(definition)}
        sent = trying.outgoing(page.deps, found.trial, found.deps)
        page.title, page.current_nav = page.say(N_("Try-out")), "catalogue"
        staff = found.trial.role is not None
        base = found.at(page.language)
        return page.render(
            "studio/try.html",
            bar=bar_over(page, found, ""),
            title=definition.title[page.language],
            number=definition.version,
            back_url=common.version_url(page.language, found.version.key),
            sheet_url=f"{base}/services/{definition.slug}",
            cases=[
                {
                    "reference": one.reference,
                    "state": definition.states[one.state].label[page.language],
                    "unit": _unit_name(page, one.unit),
                    "due": plain_date(one.due_on, page.language) if one.due_on else "",
                    "url": f"{base}/counter/cases/{one.reference}" if staff else f"{base}/cases/{one.reference}",
                }
                for one in cases
            ],
            asked=[
                {
                    "name": partner_name(page, partner),
                    "count": count,
                    "url": inside.partner_url(found, page.language, partner),
                }
                for partner, count in asked.items()
                if count
            ],
            messages=[{**one, "channel": page.say(CHANNELS[Channel(one["channel"])])} for one in sent.messages],
            effects=sent.effects,
        )


@router.post("/try/{trial_id}/play")
def play(page: Page, designer: Designer, trial_id: str) -> Response:
    """Goes on as somebody else: a citizen, or a colleague of any role at any unit."""
    who, unit = page.form.get("who", ""), page.form.get("unit", "")
    with opened(page, designer, trial_id) as found:
        if who not in _roles(page, definition_of(found)):
            raise Invalid(detail="no such role")
        if unit not in {one.id for one in page.deps.registry.territory.units}:
            unit = _unit(page, found)
        trying.play(page.deps, found.trial, who, unit)
        target = place_for(found, who, unit, page.language, page.form.get("next", "")[:300])
    return page.see_other(target)


@router.post("/try/{trial_id}/forward")
def forward(page: Page, designer: Designer, trial_id: str) -> Response:
    """Moves the date of the try-out on; timers and terms do what they would have done on the way."""
    wanted = page.form.get("days", "")
    if wanted not in {str(days) for days in DAYS}:
        raise Invalid(detail="no such number of days")
    with opened(page, designer, trial_id) as found:
        trying.forward(page.deps, found.trial, definition_of(found), int(wanted))
    return page.see_other(_back(page, trial_id))


@router.post("/try/{trial_id}/end")
def finish(page: Page, designer: Designer, trial_id: str) -> Response:
    """Erases the try-out."""
    trial = trying.find(page.deps, designer.session, trial_id)
    trying.end(page.deps, trial)
    return page.see_other(common.version_url(page.language, trial.version))


@router.get("/try/{trial_id}/at/{rest:path}")
def read(page: Page, designer: Designer, trial_id: str, rest: str) -> Response:
    return _inside(page, designer, trial_id, rest)


@router.post("/try/{trial_id}/at/{rest:path}")
def send(page: Page, designer: Designer, trial_id: str, rest: str) -> Response:
    return _inside(page, designer, trial_id, rest)


def _inside(page: Page, designer: Designer, trial_id: str, rest: str) -> Response:
    """A page of the portal inside the try-out; where it asks to sign in, somebody who may is played."""
    with opened(page, designer, trial_id) as found:
        if rest in ("", "studio"):
            return page.see_other(found.home(page.language))
        if rest in SIGNING:
            return _signed(page, found, rest) if page.request.method in UNSAFE else _offer(page, found, rest)
        return answer(page, designer, found, rest, bar_over(page, found, rest))


def _offer(page: Page, found: Opened, rest: str) -> Response:
    """Where somebody would sign in: says who would be played then. Who is played now stays as it is."""
    if rest.endswith("sign-out"):
        return page.see_other(found.home(page.language))
    page.title, page.current_nav = page.say(N_("Sign in")), "catalogue"
    return page.render(
        "studio/try_sign_in.html",
        bar=bar_over(page, found, ""),
        back_url=found.home(page.language),
        form_action=f"{found.at(page.language)}/{rest}",
        target=urls.local_target(page.request.query_params.get("next", ""), ""),
        who=page.say(ROLES[SIGNING[rest]]),
    )


def _signed(page: Page, found: Opened, rest: str) -> Response:
    """Signing in and out are played, not done: nobody's account is asked for."""
    who = SIGNING[rest]
    trying.play(page.deps, found.trial, who, _unit(page, found))
    if who == VISITOR:
        return page.see_other(found.home(page.language))
    wanted = urls.local_target(page.form.get("next", ""), "")
    begins = f"/{page.language}/"
    if wanted.startswith(f"{found.at(page.language)}/"):
        # A form of the portal's own, whose addresses are those of the try-out already.
        return page.see_other(wanted)
    if not wanted.startswith(begins):
        return page.see_other(place_for(found, who, _unit(page, found), page.language, ""))
    prefix = found.at(page.language).removeprefix(f"/{page.language}")
    return page.see_other(f"/{page.language}{prefix}/{wanted.removeprefix(begins)}")


def _back(page: Page, trial_id: str) -> str:
    """The page inside the try-out that a form of its bar was sent from."""
    home = trial_url(page.language, trial_id)
    wanted = urls.local_target(page.form.get("next", ""), home)
    return wanted if wanted.startswith(f"{home}/at/") else home


def definition_of(found: Opened) -> ServiceDefinition:
    assert found.version.definition is not None  # noqa: S101  Opening a try-out made sure.
    return found.version.definition


def _unit(page: Page, found: Opened) -> str:
    """The unit of the newest case, or one that could decide."""
    with found.deps.reading() as work:
        held = tried(work.connection)
    if held:
        return held[0].unit
    units = page.deps.registry.territory.units
    kinds = definition_of(found).authority.kinds
    return next((one.id for one in units if one.kind in kinds), units[0].id)


def _unit_name(page: Page, unit: str) -> str:
    return page.deps.registry.territory.unit(unit).name[page.language]


def _roles(page: Page, definition: ServiceDefinition) -> dict[str, str]:
    """Who can be played: everybody the workflow knows, as many members of a committee as may be needed."""
    found = {name: page.say(ROLES[name]) for name in (VISITOR, CITIZEN, *(role.value for role in COUNTER))}
    quorum = max((state.committee.quorum for state in definition.states.values() if state.committee), default=0)
    # One more than the quorum, so that a vote against can be tried too.
    for number in range(1, min(quorum + 1, MOST_MEMBERS) + 1 if quorum else 1):
        found[f"{Role.COMMITTEE.value}-{number}"] = f"{page.say(ROLES[Role.COMMITTEE.value])} {number}"
    for partner in partners_asked(definition):
        found[f"{PARTNER}{partner}"] = page.say(N_("Partner: %(name)s"), name=quoted(partner_name(page, partner)))
    return found


def partner_name(page: Page, partner: str) -> str:
    """What a partner is called: as the real portal knows it, or else its client id."""
    with page.reading() as work:
        known = {one.id: Text(one.names)[page.language] for one in partners.listed(work.connection)}
    return known.get(partner, partner)


def bar_over(page: Page, found: Opened, rest: str, partner: str = "") -> Markup:
    """What stands over every page of a try-out: who is played, what day it is, and the way out."""
    definition, trial = definition_of(found), found.trial
    here = f"{found.at(page.language)}/{rest}" if rest and page.request.method == "GET" else ""
    context: dict[str, Any] = {
        "page": page,
        "home": inside.trial_url(page.language, trial.id),
        "title": definition.title[page.language],
        "number": definition.version,
        "who": f"{PARTNER}{partner}" if partner else trial.who,
        "roles": _roles(page, definition),
        # Whoever is of no office is followed, most of the time, by the office that has the case.
        "unit": (trial.unit if trial.role is not None else "") or _unit(page, found),
        "units": [(one.id, one.name[page.language]) for one in page.deps.registry.territory.units],
        "today": long_date(office_date(found.deps.clock.now()), page.language),
        "days": DAYS,
        "here": here,
    }
    built = environment(page.language, page.request.app.state.static.url)
    return Markup(built.get_template("studio/_bar.html").render(context))  # noqa: S704  Our own template drew it.
