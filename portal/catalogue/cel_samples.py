"""Tries a rule on typed samples of everything it uses, nulls included, and measures it on the largest."""

import itertools
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import reduce
from typing import Any

from portal.catalogue.cel_checks import BadCondition, Names, Uses
from portal.catalogue.cel_engine import cel
from portal.catalogue.cel_values import POPULATIONS, Variable, context_on
from portal.catalogue.faults import Sentence
from portal.fields.base import ValueKind

MAX_SAMPLES = 256
MAX_SECONDS = 0.05
"""Processor time a rule may take on the largest answers; a usual one takes a hundred-thousandth of a second."""

MAX_SECONDS_IN_ALL = 2
"""Processor time that all the samples together may take."""

TRIES = 3
"""A rule is slow where it is each time: the first time may have been something else's fault."""

HOPELESS = 10 * MAX_SECONDS
"""After so long another try would only cost as much again: nothing else of this process takes it that long."""

TODAY = Variable(ValueKind.DATE)
Values = Mapping[tuple[str, str], Any]


def try_samples(
    program: cel.Program,
    uses: Uses,
    names: Names,
    sound: Callable[[Any], bool],
    what: Sentence,
    hint: str = "%s != null && …",
) -> None:
    """Raises BadCondition, naming the answers, where the result is not ``sound``: ``what`` says so.

    ``hint`` is how a rule of this kind tests first that an answer (``%s``) was given.
    """
    # Measured first: what takes a second once would take minutes on all the samples.
    _measure(program, uses, names)
    choices = [names[root][name].samples(_telling(uses, root, name)) for root, name in uses.names]
    days = (
        TODAY.samples()[1:] if "today" in program.variables() or "age" in program.functions() else TODAY.samples()[1:2]
    )
    start = time.thread_time()
    for day in days:
        context = context_on(day, POPULATIONS)
        for values in _combinations(choices):
            tried = dict(zip(uses.names, values, strict=True))
            _give(context, tried)
            if not sound(_result(program, context)):
                raise BadCondition(_unsound(what, tried, hint))
            if time.thread_time() - start > MAX_SECONDS_IN_ALL:
                raise BadCondition(
                    Sentence(
                        "trying this condition takes more than %(most)s s: make it simpler", most=MAX_SECONDS_IN_ALL
                    )
                )


def _telling(uses: Uses, root: str, name: str) -> frozenset[str]:
    """What a rule says about a name that samples of it must show: the options, or the fields of a group."""
    fields = uses.entries.get(name, frozenset()) if root == "answers" else frozenset[str]()
    return fields | uses.words


def _give(context: cel.Context, values: Values) -> None:
    """Hands the values to CEL, by their roots; a root that a rule does not speak of needs none."""
    tried: dict[str, dict[str, Any]] = {}
    for (root, name), value in values.items():
        tried.setdefault(root, {})[name] = value
    for root, known in tried.items():
        context.add_variable(root, known)


def _result(program: cel.Program, context: cel.Context) -> Any:
    try:
        return program.execute(context)
    except Exception:  # CEL raises a dozen kinds; all of them mean that the rule has no answer.
        return NOTHING


NOTHING = object()


def _unsound(what: Sentence, values: Values, hint: str) -> Sentence:
    empty = [f"{root}.{name}" for (root, name), value in values.items() if value is None]
    if empty:
        return Sentence(
            "%(what)s when %(names)s is empty: test it first, as in %(example)s",
            what=what,
            names=_all(empty),
            example=hint % empty[0],
        )
    if not values:
        return Sentence("%(what)s whatever is answered", what=what)
    given = (
        Sentence("%(name)s is %(value)s", name=f"{root}.{name}", value=_shown(value))
        for (root, name), value in values.items()
    )
    return Sentence("%(what)s when %(given)s", what=what, given=_all(given))


def _all(words: Iterable[str]) -> str:
    return reduce(lambda first, second: Sentence("%(first)s and %(second)s", first=first, second=second), words)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        entries = [item for item in value if isinstance(item, Mapping)]
        empty = sorted({key for entry in entries for key, inner in entry.items() if inner is None})
        if empty:
            return Sentence("a list with an empty '%(name)s': test it first", name=empty[0])
        return Sentence("a list of %(entries)s", entries=len(value))
    return repr(value)


def _combinations(choices: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Every combination of samples; where these are too many, every way of being empty, then each variable alone."""
    if math.prod(map(len, choices)) <= MAX_SAMPLES:
        yield from itertools.product(*choices)
        return
    yield from itertools.islice(itertools.product(*((samples[0], samples[-1]) for samples in choices)), MAX_SAMPLES)
    for base in ([samples[0] for samples in choices], [samples[-1] for samples in choices]):
        for index, samples in enumerate(choices):
            for value in samples:
                yield (*base[:index], value, *base[index + 1 :])


def _measure(program: cel.Program, uses: Uses, names: Names) -> None:
    """Refuses what would keep the portal busy: nothing here depends on how busy the machine is."""
    context = context_on(TODAY.samples()[-1], POPULATIONS)
    _give(context, {(root, name): names[root][name].largest() for root, name in uses.names})
    spent = math.inf
    for _ in range(TRIES):
        start = time.thread_time()
        _result(program, context)
        spent = min(spent, time.thread_time() - start)
        if spent <= MAX_SECONDS:
            return
        if spent > HOPELESS:
            break
    raise BadCondition(
        Sentence(
            "this condition takes %(spent)s ms on long answers, %(most)s at most",
            spent=f"{spent * 1000:.0f}",
            most=f"{MAX_SECONDS * 1000:.0f}",
        )
    )
