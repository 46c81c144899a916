"""What changes in the procedure sheet: texts, authority, deadline, fee, documents, remedies, what is issued."""

from portal.domain.service import FIRST, Deadline, Document, Fee, HandOff, Mode, Output, ServiceDefinition, Source
from portal.i18n import N_, number, translate, translate_count
from portal.presenting.differing import AGENTS, EVERYBODY, PEOPLE, STAFF, Telling, paired, same
from portal.presenting.differing_periods import compare_following, compare_periods
from portal.presenting.fees import MEANS
from portal.presenting.law import law_name
from portal.presenting.workflow_words import units_words

RESIDENCE = "residence"
LEVELS = {
    "none": N_("no proof of identity"),
    "low": N_("a simple proof of identity"),
    "substantial": N_("a sure proof of identity"),
    "high": N_("the identity card, read by a machine"),
}


def compare_sheets(old: ServiceDefinition, new: ServiceDefinition, telling: Telling) -> None:
    """Everything that service.yaml says."""
    _compare_texts(old, new, telling)
    _compare_mode(old, new, telling)
    _compare_authority(old, new, telling)
    _compare_deadlines(old.deadline, new.deadline, telling)
    compare_following(old.follows, new.follows, telling)
    _compare_fees(old.fee, new.fee, telling)
    _compare_documents(old, new, telling)
    _compare_outputs(old, new, telling)
    _compare_bases(old, new, telling)
    _compare_privacy(old, new, telling)


def _compare_texts(old: ServiceDefinition, new: ServiceDefinition, telling: Telling) -> None:
    telling.renamed(
        EVERYBODY,
        old.title,
        new.title,
        N_("The service “%(old)s” is now called “%(new)s”."),
        old=telling.word(old.title),
        new=telling.word(new.title),
    )
    telling.note(PEOPLE, old.summary, new.summary, N_("The description of the service has changed."))
    telling.note(PEOPLE, old.next_steps, new.next_steps, N_("What is said of the steps that follow has changed."))
    telling.note((AGENTS,), old.keywords, new.keywords, N_("The words by which the service is found have changed."))
    telling.note((AGENTS,), old.life_events, new.life_events, N_("The service is listed under other events of life."))
    telling.note(
        (AGENTS,), old.to_confirm, new.to_confirm, N_("The list of what is still to be confirmed has changed.")
    )


def _compare_mode(old: ServiceDefinition, new: ServiceDefinition, telling: Telling) -> None:
    if old.mode is not new.mode:
        message = (
            N_("The request is no longer made on this portal, which only shows the way.")
            if new.mode is Mode.HANDOFF
            else N_("The request is now made on this portal.")
        )
        telling.say(EVERYBODY, message)
    if old.handoff is not None and new.handoff is not None:
        _compare_handoffs(old.handoff, new.handoff, telling)
    elif old.mode is new.mode:
        telling.note(PEOPLE, old.handoff, new.handoff, N_("The steps to follow elsewhere have changed."))


def _compare_handoffs(old: HandOff, new: HandOff, telling: Telling) -> None:
    if not same((old.name, old.url), (new.name, new.url)):
        telling.say(PEOPLE, N_("The request is now made at: %(name)s."), name=telling.word(new.name))
    telling.note(PEOPLE, old.steps, new.steps, N_("The steps to follow elsewhere have changed."))
    telling.note(PEOPLE, old.appointment, new.appointment, N_("How to take an appointment has changed."))


def _compare_authority(old: ServiceDefinition, new: ServiceDefinition, telling: Telling) -> None:
    if old.authority.kinds != new.authority.kinds:
        where = units_words(new.authority.kinds, telling.language)
        telling.say(EVERYBODY, N_("Requests are now studied by: %(where)s."), where=where)
    if old.authority.by != new.authority.by:
        if new.authority.by == RESIDENCE:
            telling.say(PEOPLE, N_("The office is now the one of the place where you live."))
        elif new.authority.by == FIRST:
            telling.say(PEOPLE, N_("The office is now found by the request that this one follows."))
        else:
            telling.say(PEOPLE, N_("The office is now the one of the place that the request is about."))
    if old.identity is not new.identity:
        level = translate(telling.language, LEVELS[new.identity.value])
        telling.say(PEOPLE, N_("To make the request, you now need: %(level)s."), level=level)


def _compare_deadlines(old: Deadline, new: Deadline, telling: Telling) -> None:
    if not old.stated and new.stated:
        telling.say(EVERYBODY, N_("An answer is now due within: %(days)s."), days=_days(new, telling))
    elif old.stated and not new.stated:
        telling.say(EVERYBODY, N_("No period is stated any more within which an answer is due."))
    elif old.days != new.days:
        telling.say(
            EVERYBODY,
            N_("An answer is now due within: %(new)s (before: %(old)s)."),
            new=_days(new, telling),
            old=_days(old, telling),
        )
    if old.law != new.law and new.law:
        law = law_name(new.law)[telling.language]
        telling.say(EVERYBODY, N_("The period now follows another text: %(law)s."), law=law)
    if old.silence is not new.silence:
        message = (
            N_("If no answer comes in time, the request now counts as approved.")
            if new.silence.value == "approval"
            else N_("If no answer comes in time, the request no longer counts as approved: an appeal is open.")
        )
        telling.say(EVERYBODY, message)
    telling.note(PEOPLE, old.note, new.note, N_("What is said beside the period has changed."))
    compare_periods(old, new, telling)


def _days(deadline: Deadline, telling: Telling) -> str:
    return translate_count(telling.language, "%(count)s day", "%(count)s days", deadline.days)


def _amount(fee: Fee, telling: Telling) -> str:
    if not fee.amount:
        return translate(telling.language, N_("Free of charge"))
    said = number(float(fee.amount), telling.language)
    amount = translate(telling.language, N_("%(amount)s dirhams"), {"amount": said})
    if fee.per is None:
        return amount
    return translate(
        telling.language, N_("%(amount)s for each: %(what)s"), {"amount": amount, "what": telling.word(fee.per)}
    )


def _compare_fees(old: Fee, new: Fee, telling: Telling) -> None:
    if not same((old.amount, old.per, old.currency), (new.amount, new.per, new.currency)):
        telling.say(
            EVERYBODY,
            N_("The fee is now: %(new)s (before: %(old)s)."),
            new=_amount(new, telling),
            old=_amount(old, telling),
        )
    telling.note(
        EVERYBODY, old.quantity, new.quantity, N_("How many times the fee is due is worked out in another way.")
    )
    if not same((old.waived, old.waiver), (new.waived, new.waiver)):
        if new.waiver is not None:
            why = telling.word(new.waiver)
            telling.say(EVERYBODY, N_("The fee is now waived in this case: %(why)s."), why=why)
        else:
            telling.say(EVERYBODY, N_("The fee is no longer waived in any case."))
    if old.paid_by != new.paid_by:
        ways = translate(telling.language, N_(" or ")).join(
            translate(telling.language, MEANS[one]) for one in new.paid_by if one in MEANS
        )
        if ways:
            telling.say(PEOPLE, N_("The fee is now paid by: %(ways)s."), ways=ways)
        elif same(old.amount, new.amount):
            telling.say(PEOPLE, N_("How the fee is paid is no longer said."))
    telling.note(PEOPLE, old.note, new.note, N_("What is said beside the fee has changed."))


def _compare_documents(old: ServiceDefinition, new: ServiceDefinition, telling: Telling) -> None:
    added, removed, kept = paired(old.documents, new.documents, lambda one: one.id)
    for one in added:
        telling.say(EVERYBODY, _added(one), title=telling.word(one.title))
    for one in removed:
        telling.say(EVERYBODY, N_("No longer asked for: “%(title)s”."), title=telling.word(one.title))
    for before, after in kept:
        _compare_document(before, after, telling)


def _added(document: Document) -> str:
    if document.source is Source.ADMINISTRATION:
        return N_("The administration now obtains by itself: “%(title)s”.")
    if document.optional:
        return N_("A document may now be added: “%(title)s”.")
    if document.conditional:
        return N_("A new document is asked for in some cases: “%(title)s”.")
    return N_("A new document is asked for: “%(title)s”.")


DOCUMENTS = {
    "hint": (PEOPLE, N_("The explanation of the document “%(title)s” has changed.")),
    "needed": (EVERYBODY, N_("The document “%(title)s” is now needed in other cases.")),
    "accept": (PEOPLE, N_("The document “%(title)s” can be sent in other formats.")),
    "max_mb": (PEOPLE, N_("The document “%(title)s” can have another size.")),
    "sensitive": (PEOPLE, N_("How the document “%(title)s” is protected has changed.")),
    "basis": (PEOPLE, N_("The document “%(title)s” rests on other texts of law.")),
    "holder": (PEOPLE, N_("The document “%(title)s” is now obtained from another administration.")),
    "platform": (STAFF, N_("The document “%(title)s” is now obtained over another platform.")),
}


def _compare_document(old: Document, new: Document, telling: Telling) -> None:
    title = telling.word(new.title)
    telling.renamed(
        EVERYBODY,
        old.title,
        new.title,
        N_("The document “%(old)s” is now called “%(new)s”."),
        old=telling.word(old.title),
        new=title,
    )
    if old.source is not new.source:
        message = (
            N_("The administration now obtains by itself: “%(title)s”.")
            if new.source is Source.ADMINISTRATION
            else N_("The applicant now brings the document “%(title)s”.")
        )
        telling.say(EVERYBODY, message, title=title)
    for name, (audiences, message) in DOCUMENTS.items():
        tell = telling.note_rule if name == "needed" else telling.note
        tell(audiences, getattr(old, name), getattr(new, name), message, title=title)
    if old.optional is not new.optional:
        message = (
            N_("The document “%(title)s” may now be left out.")
            if new.optional
            else N_("The document “%(title)s” may no longer be left out.")
        )
        telling.say(PEOPLE, message, title=title)
    _compare_alternatives(old, new, telling, title)


def _compare_alternatives(old: Document, new: Document, telling: Telling, title: str) -> None:
    if same(old.alternative, new.alternative):
        return
    if old.alternative is None:
        message = N_("A sworn statement can now replace the document “%(title)s”.")
    elif new.alternative is None:
        message = N_("A sworn statement can no longer replace the document “%(title)s”.")
    else:
        message = N_("The sworn statement that replaces the document “%(title)s” has other words.")
    telling.say(PEOPLE, message, title=title)


def _compare_outputs(old: ServiceDefinition, new: ServiceDefinition, telling: Telling) -> None:
    added, removed, kept = paired(tuple(old.outputs.values()), tuple(new.outputs.values()), lambda one: one.id)
    for one in added:
        telling.say(EVERYBODY, N_("A document is now issued: “%(title)s”."), title=telling.word(one.title))
    for one in removed:
        telling.say(EVERYBODY, N_("No longer issued: “%(title)s”."), title=telling.word(one.title))
    for before, after in kept:
        _compare_output(before, after, telling)


def _compare_output(old: Output, new: Output, telling: Telling) -> None:
    title = telling.word(new.title)
    telling.renamed(
        EVERYBODY,
        old.title,
        new.title,
        N_("The issued document “%(old)s” is now called “%(new)s”."),
        old=telling.word(old.title),
        new=title,
    )
    telling.note(
        (AGENTS,), old.paragraphs, new.paragraphs, N_("The issued document “%(title)s” has other words."), title=title
    )
    telling.note((AGENTS,), old.kind, new.kind, N_("The issued document “%(title)s” is of another kind."), title=title)
    if old.validity_months != new.validity_months:
        if new.validity_months is None:
            telling.say(EVERYBODY, N_("The issued document “%(title)s” no longer has an end of validity."), title=title)
        else:
            months = translate_count(telling.language, "%(count)s month", "%(count)s months", new.validity_months)
            telling.say(
                EVERYBODY,
                N_("The issued document “%(title)s” is now valid for %(months)s."),
                title=title,
                months=months,
            )


def _compare_bases(old: ServiceDefinition, new: ServiceDefinition, telling: Telling) -> None:
    added, removed, kept = paired(old.legal_basis, new.legal_basis, lambda one: one.id or telling.word(one.title))
    for one in added:
        telling.say(PEOPLE, N_("The service now also rests on: %(title)s."), title=telling.word(one.title))
    for one in removed:
        telling.say(PEOPLE, N_("The service no longer rests on: %(title)s."), title=telling.word(one.title))
    for before, after in kept:
        telling.note(
            PEOPLE,
            before,
            after,
            N_("How the text of law is named or linked has changed: %(title)s."),
            title=telling.word(after.title),
        )
    telling.note(PEOPLE, old.appeals, new.appeals, N_("The ways to appeal have changed."))


def _compare_privacy(old: ServiceDefinition, new: ServiceDefinition, telling: Telling) -> None:
    telling.note(
        PEOPLE, old.privacy.purpose, new.privacy.purpose, N_("Why the personal data is collected is said differently.")
    )
    if old.privacy.retention_years != new.privacy.retention_years:
        years = translate_count(telling.language, "%(count)s year", "%(count)s years", new.privacy.retention_years)
        telling.say(PEOPLE, N_("Personal data is now kept for: %(years)s."), years=years)
    added, removed, _ = paired(old.privacy.recipients, new.privacy.recipients, telling.word)
    for one in added:
        telling.say(EVERYBODY, N_("Personal data now also goes to: %(who)s."), who=telling.word(one))
    for one in removed:
        telling.say(EVERYBODY, N_("Personal data no longer goes to: %(who)s."), who=telling.word(one))
    if not added and not removed:
        telling.note(
            PEOPLE,
            old.privacy.recipients,
            new.privacy.recipients,
            N_("Who receives personal data is said differently."),
        )
