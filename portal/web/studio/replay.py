"""What a version would have made of the cases already closed: asked of the worker, and shown as counts."""

from typing import Any

from starlette.responses import Response

from portal.actions import replay as replaying
from portal.actions.replay_counts import OPEN, OTHERWISE, SAME, STEP, STUCK, coarse
from portal.domain.errors import NotFound
from portal.domain.service import Result, ServiceDefinition
from portal.http import limiting
from portal.http.pages import Page
from portal.http.readers import Designer
from portal.i18n import N_
from portal.web.routing import pages
from portal.web.studio import common
from portal.web.studio.common import Version
from portal.web.studio.version import frame

router = pages("/{lang}/studio/versions/{key}")

KINDS = {
    SAME: (N_("Would end the same way"), "good"),
    OTHERWISE: (N_("Would end otherwise"), "warn"),
    OPEN: (N_("Would still be open"), "wait"),
    STUCK: (N_("Would get stuck"), "bad"),
}
FILLS = {"good": "var(--good)", "warn": "var(--warn)", "wait": "var(--brand)", "bad": "var(--bad)"}
RESULTS = {
    Result.GRANTED.value: N_("granted"),
    Result.REFUSED.value: N_("refused"),
    Result.RETURNED.value: N_("returned"),
    Result.WITHDRAWN.value: N_("withdrawn"),
    Result.REFERRED.value: N_("referred"),
    "": "—",
}
WIDTH = 400


@router.get("/replay")
def show(page: Page, designer: Designer, key: str) -> Response:
    """The last replay: a table and a picture, of counts alone."""
    with page.reading() as work:
        version = common.open_version(page, work, key)
        effect = replaying.latest(work, key)
    definition = version.definition
    if definition is None or not definition.processed:
        raise NotFound()
    done = effect is not None and effect.done_at is not None
    return page.render(
        "studio/replay.html",
        **frame(page, version, "replay"),
        most=replaying.MOST,
        fewest=STEP,
        waiting=effect is not None and not done and effect.failed_at is None,
        failed=effect is not None and effect.failed_at is not None,
        at=page.moment(effect.done_at) if effect is not None and effect.done_at is not None else "",
        found=_found(page, definition, dict(effect.result)) if effect is not None and done else None,
    )


def _found(page: Page, definition: ServiceDefinition, result: dict[str, Any]) -> dict[str, Any]:
    """What is kept of a replay, in words; whatever it holds, no count is told closer than to its step."""
    kinds = {name: coarse(count) for name, count in result["kinds"].items()}
    longest = max(kinds.values()) + STEP - 1
    labels = {name: state.label[page.language] for name, state in definition.states.items()}
    return {
        **{name: result[name] for name in ("against", "finished")},
        **{name: _told(page, result[name]) for name in ("total", "replayed", "late", "was_late")},
        "rows": [
            {
                "label": page.say(label),
                "kind": kind,
                "fill": FILLS[kind],
                "count": _told(page, kinds[name]),
                "short": f"{kinds[name]}–{kinds[name] + STEP - 1}" if kinds[name] else f"< {STEP}",
                # As long as the most it may stand for; what may be nothing at all is drawn as an outline.
                "width": round(WIDTH * (kinds[name] + STEP - 1) / longest),
                "outline": not kinds[name],
            }
            for name, (label, kind) in KINDS.items()
        ],
        "changed": [
            {"before": page.say(RESULTS[before]), "after": page.say(RESULTS[after]), "count": _told(page, count)}
            for before, after, count in _places(result["changed"])
        ],
        "stuck": [
            {"state": labels.get(state, state), "step": step, "count": _told(page, count)}
            for state, step, count in _places(result["stuck"])
        ],
        "open": [
            {"state": labels.get(state, state), "count": _told(page, count)} for state, count in _places(result["open"])
        ],
    }


def _places(held: list[list[Any]]) -> list[list[Any]]:
    return [one for one in held if one[-1] >= STEP]


def _told(page: Page, count: int) -> str:
    """A count as it may be told: the step it lies in."""
    low = coarse(count)
    if not low:
        return page.say(N_("fewer than %(count)s"), count=str(STEP))
    return page.say(N_("%(low)s to %(high)s"), low=str(low), high=str(low + STEP - 1))


@router.post("/replay")
def start(page: Page, designer: Designer, key: str) -> Response:
    """Asks the worker for a replay: no request waits for ten thousand cases."""
    page.deps.limits.count(limiting.STUDIO_REPLAY, "replay", designer.member.id)
    with page.reading() as work:
        version = common.open_version(page, work, key)
    if not _can_be_replayed(version):
        raise NotFound()
    # Whoever replays many versions of one service and compares them learns more than each of them tells.
    page.deps.limits.count(limiting.STUDIO_REPLAY_SERVICE, "replay", f"{designer.member.id} {version.slug}")
    with page.unit_of_work() as work:
        replaying.request(work, key, designer.member.id)
    return page.see_other(common.version_url(page.language, key, "replay"))


def _can_be_replayed(version: Version) -> bool:
    return version.definition is not None and version.definition.processed
