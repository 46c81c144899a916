"""What may be written in the files of a service, as JSON Schema: closed lists and limits are those of the code.

Editors complete and check YAML by it while somebody types; `portal check` proves far more. The descriptions are those
of docs/services/reference.md.
"""

from portal.catalogue.eligibility import TYPES as BEFORE_SIGN_IN
from portal.catalogue.fees import WAYS_TO_PAY
from portal.catalogue.questions import FORMATS, MAX_UPLOAD_MB, PERSON
from portal.catalogue.sheet import ARTICLE
from portal.domain.issued import OWN
from portal.domain.periods import LAWS
from portal.domain.service import (
    IdentityLevel,
    Mode,
    Occasion,
    Silence,
    Source,
    UnitKind,
    Verdict,
)
from tools.schema_parts import (
    CEL,
    DIALECT,
    NAME,
    TEXT,
    WORD,
    Schema,
    definitions,
    described,
    list_of,
    mapping,
    number,
    one_of,
    period,
    words,
)
from tools.workflow_schema import example, workflow


def document() -> Schema:
    properties = {
        "id": described(NAME, "Its own name."),
        "title": described(TEXT, "What it is called on the sheet."),
        "from": one_of(Source, "Who brings it: the citizen, or the administration itself."),
        "hint": described(TEXT, "What exactly it is, and what is good enough."),
        "needed": described(CEL, "When it is needed; always, unless said."),
        "basis": words(NAME, "The ids of the texts of law that provide for it. Required."),
        "accept": words(one_of(sorted(FORMATS)), "The formats taken."),
        "max_mb": number("How large it may be, in megabytes.", 1, MAX_UPLOAD_MB),
        "optional": {"type": "boolean", "description": "Welcome, never awaited."},
        "alternative": described(TEXT, "The sworn statement that may replace it (law 55-19, art. 7)."),
        "holder": described(TEXT, "Of what the administration obtains: who holds it."),
        "platform": {"type": "string", "description": "Where it is fetched; without one, an agent records it."},
        "sensitive": {"type": "boolean", "description": "Encrypted, and shown to few."},
    }
    found = mapping(properties, ["id", "title", "from", "basis"])
    administration = {"properties": {"from": {"const": Source.ADMINISTRATION.value}}}
    found["if"], found["then"] = administration, {"required": ["holder"]}
    return found


def fee() -> Schema:
    return mapping(
        {
            "amount": {"type": "number", "minimum": 0, "description": "In dirhams; 0 is free."},
            "currency": {"const": "MAD", "description": "Always MAD."},
            "paid_by": words(one_of(sorted(WAYS_TO_PAY)), "How it is paid."),
            "quantity": described(CEL, "How many times it is due."),
            "per": described(TEXT, "What is counted: a copy, a square metre."),
            "waived": described(CEL, "When nothing is due."),
            "waiver": described(TEXT, "Why nothing is due then."),
            "note": described(TEXT, "What the figure leaves out."),
        },
        ["amount"],
        "What the citizen pays.",
    )


def follows() -> Schema:
    return mapping(
        {
            "on": words(one_of(Occasion), "What happened to the earlier file."),
            "laws": words(one_of(LAWS), "The laws it may have been counted under; any, unless said."),
            "silence": one_of(Silence, "What its silence means, where only that is meant."),
            "at": words(one_of(UnitKind), "The kinds of office that decided on it; any, unless said."),
            "services": words(WORD, "The slugs of the services it may be of; any, unless said."),
            "within": described(
                {"$ref": "#/definitions/term"}, "How long it can be filed: day 0 is the decision or the silence."
            ),
            "article": {
                "type": "string",
                "pattern": f"^{ARTICLE.pattern}$",
                "description": "The rule it rests on: `55-19/21`.",
            },
        },
        ["on"],
        "That it is filed from an earlier file alone, as an appeal is.",
    )


def service() -> Schema:
    """service.yaml."""
    address = {"$ref": "#/definitions/address"}
    properties: Schema = {
        "mode": one_of(
            Mode, "`processed` here, which is usual, or `handoff`: done elsewhere, the portal shows the way."
        ),
        "title": described(TEXT, "The service's name."),
        "summary": described(TEXT, "What it is for and whom, in a sentence or two."),
        "keywords": words(WORD, "Everyday words that people type to find it."),
        "life_events": words(WORD, "Ids of services/life_events.yaml: where it is listed besides."),
        "legal_basis": list_of(
            mapping(
                {
                    "id": described(NAME, "How documents name it."),
                    "title": described(TEXT, "The text of law."),
                    "url": described(address, "Where it can be read."),
                },
                ["id", "title"],
            ),
            "The texts of law it rests on (law 55-19, art. 3).",
            least=1,
        ),
        "authority": mapping(
            {
                "kind": words(one_of(UnitKind), "The kinds of office."),
                "by": {
                    "type": "string",
                    "pattern": "^(residence|first|answers\\.[a-z][a-z0-9_]*)$",
                    "description": "`residence`, or the question that says the place: `answers.<question>`; `first` "
                    "where a file follows another: its own office, or the one of this kind there.",
                },
            },
            ["kind"],
            "Which office decides.",
        ),
        "identity": one_of(IdentityLevel, "How sure we must be of who asks."),
        "deadline": mapping(
            {
                "law": one_of(LAWS, "The law it is counted under; it sets the most days there can be."),
                "days": number("The promise.", 1, 1000),
                "silence": one_of(Silence, "What it means that nobody answered in time."),
                "note": described(TEXT, "What the figure leaves out."),
                "hours": number("Within how many of its opening hours the office answers in practice.", 1, 200),
                "extension": mapping(
                    {
                        "days": number("By how many days at most.", 1, 1000),
                        "reason": described(TEXT, "The expertise or the inquiry that makes it necessary."),
                    },
                    ["days", "reason"],
                    "That the period can be extended, once (law 55-19, art. 17).",
                ),
                "instead": list_of(
                    period("", when=described(CEL, "Which answers give it.")),
                    "Other periods, for some answers: the first whose condition holds.",
                ),
            },
            ["law", "days", "silence"],
            "When the answer is due.",
        ),
        "follows": follows(),
        "fee": fee(),
        "privacy": mapping(
            {
                "purpose": described(TEXT, "Why the data is collected."),
                "retention_years": number("For how long it is kept.", 0, 100),
                "recipients": list_of(TEXT, "Who receives it."),
            },
            ["purpose", "retention_years"],
            "The notice of law 09-08.",
        ),
        "documents": list_of(document(), "What a file needs. Nothing that no text of law provides for."),
        "outputs": described(
            {
                "type": "object",
                "additionalProperties": mapping(
                    {
                        "title": described(TEXT, "Its title."),
                        "paragraphs": list_of(TEXT, "Its words, with placeholders.", least=1),
                        "validity_months": number("For how long it is valid.", 1, 120),
                        "kind": one_of([one.value for one in OWN], "What it is; a decision, unless said."),
                    },
                    ["title", "paragraphs"],
                ),
            },
            "The documents we issue, by their names.",
        ),
        "next_steps": described(TEXT, "What happens once the file is handed in."),
        "appeals": list_of(
            mapping(
                {
                    "before": described(TEXT, "To whom."),
                    "days": number("Within how many days.", 1, 365),
                    "article": {
                        "type": "string",
                        "pattern": f"^{ARTICLE.pattern}$",
                        "description": "The law and its article: `55-19/21`.",
                    },
                    "note": described(TEXT, "What else is to be known."),
                    "at": words(one_of(UnitKind), "The kinds of office that it is open against; any, unless said."),
                },
                ["before"],
            ),
            "Where to turn against a refusal; otherwise what the law of the deadline says.",
        ),
        "to_confirm": list_of(
            mapping(
                {
                    "item": {"type": "string", "description": "The path of something the sheet says: `deadline.days`."},
                    "note": described(TEXT, "What to ask whom."),
                },
                ["item", "note"],
            ),
            "What nobody could confirm yet: it is not told to citizens as law.",
        ),
        "handoff": mapping(
            {
                "name": described(TEXT, "The platform or the office."),
                "url": described(address, "Its address."),
                "steps": list_of(TEXT, "What the citizen does, in order.", least=1),
                "appointment": described(TEXT, "How an appointment is taken today."),
            },
            ["name", "steps"],
            "Where it is done, in mode `handoff` only.",
        ),
    }
    found = mapping(properties, ["title", "summary", "legal_basis", "authority", "identity", "fee", "privacy"])
    found["if"] = {"properties": {"mode": {"const": Mode.HANDOFF.value}}, "required": ["mode"]}
    found["then"] = {"required": ["handoff"]}
    found["else"] = {"required": ["deadline"], "not": {"required": ["handoff"]}}
    return found


def form() -> Schema:
    """form.yaml."""
    questions = list_of({"$ref": "#/definitions/question"}, "The questions: four at most.", least=1)
    person = {"type": "object", "properties": dict.fromkeys(PERSON, NAME), "additionalProperties": False}
    before = {"allOf": [{"$ref": "#/definitions/question"}, {"properties": {"type": one_of(BEFORE_SIGN_IN)}}]}
    outcome = mapping(
        {
            "id": described(NAME, "Its own name."),
            "is": one_of(Verdict, "What it means."),
            "when": described(CEL, "The first that holds counts; the last has none."),
            "title": described(TEXT, "The verdict in a few words."),
            "text": described(TEXT, "What to do."),
            "instead": list_of(
                mapping(
                    {"title": TEXT, "service": {"type": "string"}, "url": {"$ref": "#/definitions/address"}}, ["title"]
                ),
                "Where to go instead: the slug of a service here, or an address.",
            ),
        },
        ["id", "is", "title", "text"],
    )
    page = mapping(
        {
            "id": described(NAME, "Its own name."),
            "title": described(TEXT, "Its title, which speaks to the citizen."),
            "hint": described(TEXT, "What to know before answering."),
            "when": described(CEL, "Shown only if the condition holds."),
            "staff_title": described(TEXT, "What staff read over its answers."),
            "fields": questions,
            "rules": list_of(
                mapping(
                    {
                        "that": described(CEL, "What must hold between answers."),
                        "says": described(TEXT, "What is said where it does not."),
                        "at": described(NAME, "The question it is said beside."),
                    },
                    ["that", "says", "at"],
                ),
                "Rules over several answers of this page and earlier ones.",
            ),
        },
        ["id", "title", "fields"],
    )
    return mapping(
        {
            "applicant": described(person, "Which question says what of the applicant."),
            "beneficiary": described(person, "The same of whom it is for; what is missing is the applicant's."),
            "eligibility": mapping(
                {"fields": list_of(before, least=1), "outcomes": list_of(outcome, least=1)},
                ["fields", "outcomes"],
                "Questions before sign-in; nothing of them is kept.",
            ),
            "pages": list_of(page, "The pages, in order.", least=1),
        }
    )


def schemas() -> dict[str, Schema]:
    """Every schema, by the name of its file."""
    made = {"service": service(), "form": form(), "workflow": workflow(), "example": example()}
    titles = {"example": "examples/*.yaml"}
    return {
        name: {
            "$schema": DIALECT,
            "title": titles.get(name, f"{name}.yaml"),
            "definitions": definitions(),
            **schema,
        }
        for name, schema in made.items()
    }
