"""What an operator's tools are told of the portal's work, read from the database when they ask: whoever answers, it is whole."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from portal.actions.deps import Deps
from portal.actions.timers import NAME, STEPS, Waits, waits
from portal.i18n import office_date
from portal.ports_of_documents import Level
from portal.store import archiving, sweeps


# Compared by identity, for a registry keeps its collectors in a dictionary.
@dataclass(frozen=True, eq=False)
class Figures(Collector):
    """How the sweep of what time brings about is getting on, and the raising of signatures."""

    swept_at: datetime | None
    waits: Waits | None
    steps: dict[str, int]
    behind: int
    recounts: int
    unraised: Mapping[Level, int]
    unraised_since: datetime | None

    def collect(self) -> Iterator[Metric]:
        if self.swept_at is not None:
            yield GaugeMetricFamily(
                "portal_sweep_last_timestamp_seconds",
                "When a worker last looked for what time has brought about",
                self.swept_at.timestamp(),
            )
        waiting = GaugeMetricFamily(
            "portal_sweep_waits",
            "1 where nothing is done by time: this machine's clock is behind the latest sweep, or too far ahead of it",
            labels=["clock"],
        )
        for one in Waits:
            waiting.add_metric([one.value], float(one is self.waits))
        yield waiting
        yield GaugeMetricFamily(
            "portal_cases_behind",
            f"Cases that wait for something due before today; {sweeps.CAP + 1} stands for any greater number",
            self.behind,
        )
        yield GaugeMetricFamily(
            "portal_recounts_open", "Recounts after a change of the calendar that are not done", self.recounts
        )
        unraised = GaugeMetricFamily(
            "portal_documents_unraised",
            f"Documents whose signatures are still to be raised; {archiving.CAP + 1} stands for any greater number",
            labels=["level"],
        )
        for level in (Level.B, Level.T, Level.LT):
            unraised.add_metric([level.value], self.unraised.get(level, 0))
        yield unraised
        if self.unraised_since is not None:
            yield GaugeMetricFamily(
                "portal_documents_unraised_since_timestamp_seconds",
                "When the oldest document was made whose signature is still to be raised",
                self.unraised_since.timestamp(),
            )
        steps = CounterMetricFamily("portal_sweep_steps", "What sweeps have done to cases, by kind", labels=["kind"])
        for kind, count in self.steps.items():
            steps.add_metric([kind], count)
        yield steps


def read(deps: Deps) -> Figures:
    """The figures of this moment."""
    with deps.reading() as work:
        swept_at = sweeps.last(work.connection, NAME)
        unraised, unraised_since = archiving.counts(work.connection, work.now)
        return Figures(
            swept_at=swept_at,
            waits=waits(work.now, swept_at),
            steps=sweeps.counts(work.connection, STEPS),
            behind=sweeps.behind(work.connection, office_date(work.now)),
            recounts=sweeps.recounts_open(work.connection),
            unraised=unraised,
            unraised_since=unraised_since,
        )


def written(figures: Figures) -> bytes:
    """As Prometheus reads them."""
    registry = CollectorRegistry()
    registry.register(figures)
    return generate_latest(registry)
