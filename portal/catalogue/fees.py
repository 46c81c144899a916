"""Reads what a service costs: a fixed amount, so much for each of something, or nothing where it is waived."""

from decimal import Decimal

from portal.catalogue.conditions import Declared
from portal.catalogue.faults import Sentence
from portal.catalogue.reading import Section
from portal.catalogue.rules import read_condition, read_expression
from portal.domain.service import Fee, Mode, ResultKind

WAYS_TO_PAY = frozenset({"stamp", "e_stamp", "cash", "card"})
CENTIMES = -2
"""The exponent of the smallest coin, as Decimal counts."""


def read_fee(sheet: Section, declared: Declared, mode: Mode = Mode.PROCESSED) -> Fee:
    """The fee, and the rule it follows."""
    section = sheet.section("fee")
    if section is None:
        return Fee(Decimal(0))
    section.needs("amount")
    waived, conditional = read_condition(section, "waived", declared)
    fee = Fee(
        amount=section.decimal("amount") or Decimal(0),
        currency=section.string("currency", "MAD"),
        paid_by=section.words("paid_by", required=False),
        quantity=read_expression(section, "quantity", declared, ResultKind.NUMBER),
        per=section.optional_text("per"),
        waived=waived if conditional else None,
        waiver=section.optional_text("waiver"),
        note=section.optional_text("note"),
    )
    _check_amount(section, fee)
    _check_rule(section, fee, mode)
    section.reading.remember("fee", "quantity", section, "quantity")
    section.reading.remember("fee", "waived", section, "waived")
    section.close()
    return fee


def _check_amount(section: Section, fee: Fee) -> None:
    if fee.amount < 0:
        section.fault(Sentence("a fee cannot be negative"), "amount")
    exponent = fee.amount.as_tuple().exponent
    if isinstance(exponent, int) and exponent < CENTIMES:
        section.rule(Sentence("a fee is in dirhams and centimes: two digits after the point"), "amount")
    if fee.currency != "MAD":
        section.fault(Sentence("fees are in dirhams: 'currency' must be MAD"), "currency")
    if fee.amount > 0 and not fee.paid_by:
        section.fault(Sentence("a fee needs 'paid_by': how the citizen pays it"), "amount")
    for way in fee.paid_by:
        if way not in WAYS_TO_PAY:
            known = ", ".join(sorted(WAYS_TO_PAY))
            section.fault(Sentence("'%(way)s' is not a way to pay: use %(known)s", way=way, known=known), "paid_by")


def _check_rule(section: Section, fee: Fee, mode: Mode) -> None:
    if fee.amount == 0:
        for key in ("quantity", "per", "waived", "waiver"):
            if section.has(key):
                section.rule(Sentence("'%(key)s' makes no sense where nothing is due: the amount is 0", key=key), key)
        return
    if section.has("quantity") and not fee.per:
        said = Sentence("'quantity' needs 'per': what the amount is due for, such as {ar: نسخة, fr: copie}")
        section.rule(said, "quantity")
    if fee.per and not section.has("quantity") and mode is Mode.PROCESSED:
        section.rule(Sentence("'per' needs 'quantity': how many times the amount is due"), "per")
    if section.has("waived") and not fee.waiver:
        section.rule(Sentence("'waived' needs 'waiver': why nothing is due, in words"), "waived")
    if fee.waiver and not section.has("waived"):
        section.rule(Sentence("'waiver' needs 'waived': the condition under which nothing is due"), "waiver")
