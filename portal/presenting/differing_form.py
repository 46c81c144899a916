"""What changes in the questions of a service: those before the form, its pages, and their questions."""

from collections.abc import Sequence

from portal.domain.service import Eligibility, Field, Page, ServiceDefinition
from portal.i18n import N_, translate_count
from portal.presenting.differing import AGENTS, EVERYBODY, PARTNERS, PEOPLE, STAFF, Telling, moved, paired, same

MOST_OPTIONS = 5
"""How many options are named one by one; of longer lists only the numbers are told."""


def compare_forms(old: ServiceDefinition, new: ServiceDefinition, telling: Telling) -> None:
    """The questions before the form, the form, and who the people in it are."""
    _compare_eligibility(old.eligibility, new.eligibility, telling)
    _compare_pages(old, new, telling)
    telling.note(
        STAFF, old.applicant, new.applicant, N_("Who the applicant is, is now read from other questions of the form.")
    )
    telling.note(
        STAFF,
        old.beneficiary,
        new.beneficiary,
        N_("Who the beneficiary is, is now read from other questions of the form."),
    )


def _compare_eligibility(old: Eligibility | None, new: Eligibility | None, telling: Telling) -> None:
    if old is None and new is not None:
        telling.say(PEOPLE, N_("A few questions before the form now tell whether the service is for you."))
    elif old is not None and new is None:
        telling.say(PEOPLE, N_("There are no more questions before the form."))
    if old is None or new is None:
        return
    compare_questions(old.fields, new.fields, telling, PEOPLE)
    telling.note(
        PEOPLE,
        old.outcomes,
        new.outcomes,
        N_("What the questions before the form lead to has changed."),
    )


def _compare_pages(old: ServiceDefinition, new: ServiceDefinition, telling: Telling) -> None:
    added, removed, kept = paired(old.pages, new.pages, lambda page: page.id)
    for page in added:
        telling.say(PEOPLE, N_("The form has a new page: “%(title)s”."), title=telling.word(page.title))
    for page in removed:
        telling.say(PEOPLE, N_("The form no longer has the page “%(title)s”."), title=telling.word(page.title))
    for before, after in kept:
        _compare_page(before, after, telling)
    telling.note(
        PEOPLE,
        moved(old.pages, new.pages, lambda page: page.id),
        False,
        N_("The pages of the form come in another order."),
    )
    compare_questions(
        [one for page in old.pages for one in page.fields],
        [one for page in new.pages for one in page.fields],
        telling,
        EVERYBODY,
    )
    _compare_places(old, new, telling)


def _compare_page(old: Page, new: Page, telling: Telling) -> None:
    title = telling.word(new.title)
    telling.renamed(
        PEOPLE,
        old.title,
        new.title,
        N_("The page “%(old)s” is now called “%(new)s”."),
        old=telling.word(old.title),
        new=title,
    )
    telling.note(
        (AGENTS,), old.staff_title, new.staff_title, N_("Staff read another heading over “%(title)s”."), title=title
    )
    telling.note(PEOPLE, old.hint, new.hint, N_("The explanation of the page “%(title)s” has changed."), title=title)
    telling.note_rule(PEOPLE, old.when, new.when, N_("The page “%(title)s” is now shown in other cases."), title=title)
    telling.note(
        PEOPLE,
        old.rules,
        new.rules,
        N_("On the page “%(title)s”, answers are checked against each other in another way."),
        title=title,
    )
    telling.note(
        PEOPLE,
        moved(old.fields, new.fields, lambda one: one.id),
        False,
        N_("The questions of the page “%(title)s” come in another order."),
        title=title,
    )


def _compare_places(old: ServiceDefinition, new: ServiceDefinition, telling: Telling) -> None:
    before = {one.id: page.id for page in old.pages for one in page.fields}
    for page in new.pages:
        for one in page.fields:
            if before.get(one.id, page.id) != page.id:
                telling.say(
                    PEOPLE,
                    N_("“%(label)s” is now on the page “%(title)s”."),
                    label=telling.word(one.label),
                    title=telling.word(page.title),
                )


def compare_questions(
    old: Sequence[Field], new: Sequence[Field], telling: Telling, audiences: Sequence[str], within: str = ""
) -> None:
    """Questions by their ids, and those of groups; ``within`` is the path of the group they stand in."""
    people = [one for one in audiences if one != PARTNERS]
    added, removed, kept = paired(old, new, lambda one: one.id)
    for one in added:
        message = N_("A new question: “%(label)s”.") if one.asks else N_("New on the form: “%(label)s”.")
        telling.say(people, message, label=telling.word(one.label))
        _tell_partners(telling, audiences, one, N_("The data of a file now has “%(id)s” (%(label)s)."), within)
    for one in removed:
        message = N_("No longer asked: “%(label)s”.") if one.asks else N_("No longer on the form: “%(label)s”.")
        telling.say(people, message, label=telling.word(one.label))
        _tell_partners(telling, audiences, one, N_("The data of a file no longer has “%(id)s” (%(label)s)."), within)
    for before, after in kept:
        _compare_question(before, after, telling, people)
        _compare_for_partners(before, after, telling, audiences, within)
        compare_questions(before.fields, after.fields, telling, audiences, f"{within}{after.id}.")


def _tell_partners(telling: Telling, audiences: Sequence[str], one: Field, message: str, within: str) -> None:
    if PARTNERS in audiences and one.type != "info":
        telling.say((PARTNERS,), message, id=f"{within}{one.id}", label=telling.word(one.label))


def _compare_for_partners(old: Field, new: Field, telling: Telling, audiences: Sequence[str], within: str) -> None:
    if not same(_values_of(old), _values_of(new)):
        message = N_("In the data of a file, “%(id)s” (%(label)s) can have other values than before.")
        _tell_partners(telling, audiences, new, message, within)


def _values_of(one: Field) -> tuple[object, ...]:
    """What decides which values the answers can have."""
    options = tuple(option.value for option in one.options)
    required = (one.required, one.required_if)
    return (one.type, required, one.limits, one.result, one.sensitive, options, one.accept, one.max_mb)


def _compare_question(old: Field, new: Field, telling: Telling, people: Sequence[str]) -> None:
    label = telling.word(new.label)
    telling.renamed(
        people, old.label, new.label, N_("“%(old)s” now reads “%(new)s”."), old=telling.word(old.label), new=label
    )
    for name, message in QUESTIONS.items():
        tell = telling.note_rule if name in RULES else telling.note
        tell(people, getattr(old, name), getattr(new, name), message, label=label)
    _compare_required(old, new, telling, people, label)
    _compare_options(old, new, telling, people, label)


RULES = ("when", "value")
"""What is a condition or an expression."""

QUESTIONS = {
    "hint": N_("The explanation of “%(label)s” has changed."),
    "type": N_("“%(label)s” is answered in another way."),
    "when": N_("“%(label)s” is now asked in other cases."),
    "prefill": N_("What “%(label)s” is filled in with beforehand has changed."),
    "limits": N_("The limits of the answer to “%(label)s” have changed."),
    "sensitive": N_("How the answer to “%(label)s” is protected has changed."),
    "statement": N_("The words agreed to in “%(label)s” have changed."),
    "text": N_("The information “%(label)s” has changed."),
    "value": N_("“%(label)s” is worked out in another way."),
    "result": N_("“%(label)s” is worked out in another way."),
    "accept": N_("“%(label)s” takes other kinds of files."),
    "max_mb": N_("“%(label)s” takes files of another size."),
    "entry": N_("The entries of “%(label)s” have another heading."),
}


def _compare_required(old: Field, new: Field, telling: Telling, people: Sequence[str], label: str) -> None:
    if same((old.required, old.required_if), (new.required, new.required_if)):
        return
    if old.required_if is not None or new.required_if is not None:
        telling.say(people, N_("“%(label)s” is now required in other cases."), label=label)
    elif new.required:
        telling.say(people, N_("“%(label)s” must now be answered."), label=label)
    else:
        telling.say(people, N_("“%(label)s” may now be left empty."), label=label)


def _compare_options(old: Field, new: Field, telling: Telling, people: Sequence[str], label: str) -> None:
    added, removed, kept = paired(old.options, new.options, lambda one: one.value)
    if len(added) + len(removed) > MOST_OPTIONS:
        lines = len(added) + len(removed)
        many = translate_count(telling.language, "%(count)s answer", "%(count)s answers", lines)
        telling.say(people, N_("The list of answers to “%(label)s” has changed: %(many)s."), label=label, many=many)
        return
    for option in added:
        telling.say(
            people, N_("“%(label)s” has a new answer: “%(option)s”."), label=label, option=telling.word(option.label)
        )
    for option in removed:
        telling.say(
            people,
            N_("“%(label)s” no longer has the answer “%(option)s”."),
            label=label,
            option=telling.word(option.label),
        )
    renamed = [(before, after) for before, after in kept if not same(before.label, after.label)]
    for before, after in renamed[:MOST_OPTIONS]:
        telling.renamed(
            people,
            before.label,
            after.label,
            N_("The answer “%(old)s” to “%(label)s” now reads “%(new)s”."),
            label=label,
            old=telling.word(before.label),
            new=telling.word(after.label),
        )
    others = moved(old.options, new.options, lambda one: one.value) or len(renamed) > MOST_OPTIONS
    headed = any(not same(before.group, after.group) for before, after in kept)
    if others or headed:
        telling.say(people, N_("The answers to “%(label)s” are arranged or worded differently."), label=label)
