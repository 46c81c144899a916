"""What a version would have made of the cases already closed: asked of the worker, and shown as counts."""

from typing import Any

from starlette.responses import Response

from portal.actions import replay as replaying
from portal.actions.replay import OPEN, OTHERWISE, SAME, STUCK
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
        waiting=effect is not None and not done and effect.failed_at is None,
        failed=effect is not None and effect.failed_at is not None,
        at=page.moment(effect.done_at) if effect is not None and effect.done_at is not None else "",
        found=_found(page, definition, dict(effect.result)) if effect is not None and done else None,
    )


def _found(page: Page, definition: ServiceDefinition, result: dict[str, Any]) -> dict[str, Any]:
    widest = max([*result["kinds"].values(), 1])
    labels = {name: state.label[page.language] for name, state in definition.states.items()}
    return {
        **result,
        "rows": [
            {
                "label": page.say(label),
                "kind": kind,
                "fill": FILLS[kind],
                "count": result["kinds"][name],
                "width": round(WIDTH * result["kinds"][name] / widest),
            }
            for name, (label, kind) in KINDS.items()
        ],
        "changed": [
            {"before": page.say(RESULTS[before]), "after": page.say(RESULTS[after]), "count": count}
            for before, after, count in result["changed"]
        ],
        "stuck": [
            {"state": labels.get(state, state), "step": step, "count": count} for state, step, count in result["stuck"]
        ],
        "open": [{"state": labels.get(state, state), "count": count} for state, count in result["open"]],
    }


@router.post("/replay")
def start(page: Page, designer: Designer, key: str) -> Response:
    """Asks the worker for a replay: no request waits for ten thousand cases."""
    page.deps.limits.count(limiting.STUDIO_REPLAY, "replay", designer.member.id)
    with page.unit_of_work() as work:
        version = common.open_version(page, work, key)
        if not _can_be_replayed(version):
            raise NotFound()
        replaying.request(work, key)
    return page.see_other(common.version_url(page.language, key, "replay"))


def _can_be_replayed(version: Version) -> bool:
    return version.definition is not None and version.definition.processed
