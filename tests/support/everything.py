"""A service that uses everything a service can declare, for what must leave nothing out."""

from decimal import Decimal

from portal.domain.acts import Act
from portal.domain.service import (
    ActionRule,
    Appeal,
    Authority,
    Committee,
    Consultation,
    Count,
    Deadline,
    Document,
    Eligibility,
    EligibilityOutcome,
    Extension,
    Facts,
    Fee,
    Field,
    Follows,
    HandOff,
    IdentityLevel,
    Instead,
    LegalBasis,
    Limits,
    Mode,
    Occasion,
    Opinion,
    Option,
    OtherPeriod,
    Output,
    Page,
    PageRule,
    Period,
    Privacy,
    Result,
    ResultKind,
    Role,
    ServiceDefinition,
    Silence,
    Source,
    State,
    StateKind,
    Term,
    Text,
    Timer,
    ToConfirm,
    UnitKind,
    Verdict,
    text,
)


def words(name: str) -> Text:
    """A text that differs in every language."""
    return text(f"«{name}» بالعربية", f"{name} en français")


class Rule:
    """A condition that is known by what is written, as those read from files are."""

    def __init__(self, expression: str, answer: object = True) -> None:
        self.expression = expression
        self.answer = answer

    def __call__(self, _facts: Facts) -> bool:
        return bool(self.answer)


def question(name: str, kind: str = "short_text") -> Field:
    """A question that uses every key, whether its type allows it or not."""
    return Field(
        id=name,
        type=kind,
        label=words(name),
        hint=words(f"{name} hint"),
        required_if=Rule("answers.a == 1"),
        when=Rule("answers.b == 1"),
        conditional=True,
        prefill="name_ar",
        options=(
            Option("one", words("one"), words("group")),
            Option("two", words("two")),
            Option("three", words("three")),
        ),
        limits=Limits(1, 9, Decimal(1), Decimal(9), "today", "2026-03-02", 1, 9, {"maximum": Rule("answers.c")}),
        sensitive=False,
        statement=words(f"{name} statement"),
        text=words(f"{name} text"),
        value=Rule("answers.d"),
        result=ResultKind.NUMBER,
        entry=words(f"{name} entry"),
    )


def group(name: str) -> Field:
    inner = question("inner")
    return Field(id=name, type="group", label=words(name), fields=(inner, question("second")), entry=words("entry"))


def _states() -> tuple[State, ...]:
    return (
        State("depositing", StateKind.DEPOSITING, words("depositing"), explanation=words("depositing explained")),
        State(
            "lodged",
            StateKind.RUNNING,
            words("lodged"),
            explanation=words("lodged explained"),
            timers=(Timer("nudge", Term(10, Count.CALENDAR), None, (Role.CHIEF,)),),
        ),
        State(
            "more_info",
            StateKind.SUSPENDED,
            words("more info"),
            timers=(Timer("late", Term(30, Count.LEGAL), "close"),),
        ),
        State(
            "consultation",
            StateKind.RUNNING,
            words("consultation"),
            consultation=Consultation(
                (
                    Opinion("police", words("police"), unit=UnitKind.CAIDAT, asks=(question("view"),)),
                    Opinion("ministry", words("ministry"), partner="min-sante", asks=(question("advice"),)),
                    Opinion("works", words("works"), unit=UnitKind.COMMUNE),
                ),
                2,
                Term(10, Count.CALENDAR),
                "opinions_in",
            ),
        ),
        State("sitting", StateKind.RUNNING, words("sitting"), committee=Committee(words("committee"), 3)),
        State("granted", StateKind.DECIDED, words("granted"), Result.GRANTED, "act", words("granted explained")),
        State("refused", StateKind.DECIDED, words("refused"), Result.REFUSED, "refusal"),
        State("returned", StateKind.DECIDED, words("returned"), Result.RETURNED),
        State("withdrawn", StateKind.DECIDED, words("withdrawn"), Result.WITHDRAWN),
    )


def _actions() -> tuple[ActionRule, ...]:
    applicant, agent, chief, system = Role.APPLICANT, Role.AGENT, Role.CHIEF, Role.SYSTEM
    clerks = (applicant, Role.CLERK)
    return (
        ActionRule("complete_file", ("depositing",), "lodged", clerks, words("complete"), effects=("notify",)),
        ActionRule("ask", ("lodged",), "more_info", (agent, chief), words("ask"), asks=(question("wanted"),)),
        ActionRule("answer", ("more_info",), "lodged", clerks, words("answer"), asks=(question("reply"),)),
        ActionRule("close", ("more_info",), "returned", (system,), words("close")),
        ActionRule(
            "consult",
            ("lodged",),
            "consultation",
            (agent,),
            words("consult"),
            when=Rule("case.x"),
            at=(UnitKind.CAIDAT,),
        ),
        ActionRule("opinions_in", ("consultation",), "sitting", (system,), words("opinions in")),
        ActionRule(
            "grant", ("sitting",), "granted", (chief,), words("grant"), effects=("issue.act", "dispatch.jisr", "notify")
        ),
        ActionRule("refuse", ("lodged", "sitting"), "refused", (chief,), words("refuse"), asks=(question("reasons"),)),
        ActionRule(
            "transfer", ("lodged",), "lodged", (chief,), words("transfer"), transfers=(UnitKind.ANNEXE, UnitKind.CAIDAT)
        ),
        ActionRule("reopen", ("refused",), "lodged", (chief,), words("reopen"), within=Term(30, Count.CALENDAR)),
        ActionRule("send_back", ("depositing",), "returned", (system,), words("send back"), act=Act.RETURN),
        ActionRule("silent", ("lodged", "sitting"), "granted", (system,), words("silent"), act=Act.SILENCE),
        ActionRule("hurry", ("lodged",), "lodged", (agent,), words("hurry"), period=Period("55-19-investment", 10)),
        ActionRule("withdraw", ("lodged", "more_info"), "withdrawn", (applicant,), words("withdraw")),
    )


def everything() -> ServiceDefinition:
    """The service, made anew each time, so that no two are the same object."""
    return ServiceDefinition(
        slug="everything",
        version=1,
        digest="0" * 32,
        title=words("title"),
        summary=words("summary"),
        legal_basis=(
            LegalBasis(words("law"), "https://example.org/law", "law"),
            LegalBasis(words("decree"), None, "decree"),
        ),
        authority=Authority((UnitKind.ANNEXE, UnitKind.CAIDAT), "residence"),
        identity=IdentityLevel.SUBSTANTIAL,
        deadline=Deadline(
            "55-19",
            30,
            Silence.APPEAL,
            words("deadline note"),
            Extension(20, words("expertise")),
            (OtherPeriod(Rule("answers.urgent"), Period("55-19-investment", 15)),),
        ),
        follows=Follows(
            (Occasion.REFUSED,),
            ("55-19",),
            Silence.APPEAL,
            (UnitKind.COMMUNE,),
            ("permit",),
            Term(30, Count.LEGAL),
            "55-19/21",
        ),
        fee=Fee(
            Decimal(20),
            "MAD",
            ("stamp", "e_stamp"),
            Rule("answers.copies", 2),
            words("copy"),
            Rule("answers.student", False),
            words("students"),
            words("fee note"),
        ),
        privacy=Privacy(words("purpose"), 5, (words("recipient"), words("other recipient"))),
        documents=(
            Document(
                "lease",
                words("lease"),
                Source.CITIZEN,
                words("lease hint"),
                Rule("answers.tenant"),
                conditional=True,
                alternative=words("sworn"),
                basis=("law",),
            ),
            Document(
                "record",
                words("record"),
                Source.ADMINISTRATION,
                words("record hint"),
                platform="rnp",
                basis=("law", "decree"),
                holder=words("holder"),
            ),
        ),
        pages=(
            Page(
                "you",
                words("you"),
                (question("name"), question("since", "date"), group("children")),
                words("you hint"),
                Rule("answers.e"),
                words("you to staff"),
                (PageRule(Rule("answers.f"), words("rule"), "name"),),
            ),
            Page("more", words("more"), (question("what"), question("sum", "computed"))),
        ),
        states={state.id: state for state in _states()},
        initial="lodged",
        actions=_actions(),
        outputs={
            "act": Output("act", words("act"), (words("first"), words("second")), 3),
            "refusal": Output("refusal", words("refusal"), (words("because"),)),
        },
        depositing="depositing",
        beneficiary={"name_ar": "name"},
        applicant={"name_ar": "name", "name_fr": "what"},
        next_steps=words("next"),
        keywords=("word", "mot"),
        mode=Mode.PROCESSED,
        handoff=HandOff(words("elsewhere"), (words("go"), words("wait")), "https://example.org", words("appointment")),
        eligibility=Eligibility(
            (question("age", "integer"), question("home", "yes_no")),
            (
                EligibilityOutcome(
                    "young",
                    Verdict.NOT_ELIGIBLE,
                    words("young"),
                    words("too young"),
                    Rule("answers.age < 18.0", False),
                    (Instead(words("other"), "other-service", "https://example.org/other"),),
                ),
                EligibilityOutcome("fine", Verdict.ELIGIBLE, words("fine"), words("go on")),
            ),
        ),
        appeals=(Appeal(words("governor"), 30, "55-19/21", words("appeal note")),),
        to_confirm=(ToConfirm("deadline.days", words("ask the ministry")),),
        life_events=("home", "work"),
    )
