"""What a service costs: the rule in words before anybody starts, and the sum that one file makes due."""

from collections.abc import Mapping
from decimal import Decimal

from portal.domain.service import Fee, FeeDue, ServiceDefinition
from portal.i18n import N_, comma, number, translate, translate_count

MEANS = {
    "stamp": N_("Tax stamp"),
    "e_stamp": N_("Electronic stamp"),
    "cash": N_("At the counter"),
    "card": N_("By bank card"),
}


def fee_words(definition: ServiceDefinition, language: str) -> str:
    """The rule in one line; a figure that nobody could confirm is not stated as one."""
    fee, unsure = definition.fee, definition.unconfirmed("fee.amount")
    if not fee.amount and fee.note is not None:
        # A royalty or a tax that the office works out: nobody can say that it is free.
        return fee.note[language]
    if not fee.amount:
        return translate(language, N_("Usually free of charge") if unsure else N_("Free of charge"))
    amount = _dirhams(fee.amount, language)
    if fee.per is not None:
        amount = translate(language, N_("%(amount)s for each: %(what)s"), {"amount": amount, "what": fee.per[language]})
    if unsure:
        amount = translate(language, N_("About %(amount)s"), {"amount": amount})
    return _with_means(amount, fee, language)


def fee_notes(definition: ServiceDefinition, language: str) -> list[str]:
    """When nothing is due, what the figure leaves out, and that the office has the last word where it is unsure."""
    fee, notes = definition.fee, []
    if fee.waiver is not None:
        reason = _begun_small(fee.waiver[language])
        notes.append(translate(language, N_("Nothing to pay: %(reason)s"), {"reason": reason}))
    if fee.note is not None and fee.amount:
        notes.append(fee.note[language])
    if definition.unconfirmed("fee.amount"):
        notes.append(translate(language, N_("The office tells you the exact amount.")))
    return notes


def due_words(definition: ServiceDefinition, due: FeeDue, language: str) -> str:
    """What these answers make due, in one line, with how it is paid."""
    fee = definition.fee
    if due.waived:
        waiver = _begun_small(fee.waiver[language]) if fee.waiver is not None else ""
        said = translate(language, N_("Nothing to pay: %(reason)s"), {"reason": waiver})
        return said if waiver else translate(language, N_("Nothing to pay"))
    if not due.amount:
        return fee_words(definition, language) if not fee.amount else translate(language, N_("Nothing to pay"))
    amount = _dirhams(due.amount, language)
    if fee.quantity is not None and fee.per is not None:
        each = {"amount": _dirhams(fee.amount, language), "what": fee.per[language]}
        detail = {
            "amount": amount,
            "times": translate_count(language, N_("%(count)s time"), N_("%(count)s times"), due.quantity),
            "each": translate(language, N_("%(amount)s for each: %(what)s"), each),
        }
        amount = translate(language, N_("%(amount)s (%(times)s %(each)s)"), detail)
    if definition.unconfirmed("fee.amount"):
        amount = translate(language, N_("About %(amount)s"), {"amount": amount})
    return _with_means(amount, fee, language)


def kept_words(definition: ServiceDefinition, kept: Mapping[str, object] | None, language: str) -> str:
    """What a case was said to cost when it was handed in, from its journal; nothing where the service is free."""
    if not kept or not definition.fee.amount:
        return ""
    return due_words(definition, FeeDue.from_data(kept), language)


FIRST_WORDS = frozenset(
    {"les", "le", "la", "l", "vous", "un", "une", "des", "si", "pour", "tout", "toute", "en", "aux"}
)
"""Words of French that are no name: after a colon they begin small."""


def _begun_small(words: str) -> str:
    """A sentence as it goes on after a colon; a name or an acronym at its beginning keeps its capital."""
    first = words.replace("’", " ").replace("'", " ").partition(" ")[0]
    return words[:1].lower() + words[1:] if first.lower() in FIRST_WORDS else words


def _dirhams(amount: Decimal, language: str) -> str:
    if amount == amount.to_integral_value() and amount < 1000:
        return translate_count(language, N_("%(count)s dirham"), N_("%(count)s dirhams"), int(amount))
    return translate(language, N_("%(amount)s dirhams"), {"amount": number(float(amount), language)})


def _with_means(amount: str, fee: Fee, language: str) -> str:
    means = [translate(language, MEANS[one]) for one in fee.paid_by if one in MEANS]
    if not means:
        return amount
    listed = translate(language, N_(" or ")).join(means)
    # What the sum is made of stands in brackets already: how it is paid joins it there.
    return f"{amount[:-1]}{comma(language)}{listed})" if amount.endswith(")") else f"{amount} ({listed})"
