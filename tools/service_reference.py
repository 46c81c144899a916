"""Writes docs/services/reference.md and docs/services/schema/*.json out of the code: `python -m tools.service_reference`.

`python -m tools.service_reference check` says which of them are no longer what the code says.
"""

import ast
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from portal.catalogue.cel_checks import FUNCTIONS, MAX_CHOICES, MAX_LENGTH, MAX_NESTING
from portal.catalogue.conditions import CASE, IDENTITY, KINDS
from portal.catalogue.flow import NOT_ASKED, NOT_ASKED_OF_OTHERS
from portal.catalogue.flow_proofs import ACTORS
from portal.catalogue.limits import MEASURED
from portal.catalogue.output_proofs import PLACEHOLDERS
from portal.catalogue.questions import OF_TYPES
from portal.domain.acts import Act
from portal.domain.periods import LAWS
from portal.domain.periods import Unit as Days
from portal.domain.service import Result, Role, StateKind, UnitKind
from portal.fields import FIELD_TYPES
from tools.schema_parts import Schema
from tools.service_schema import schemas

ROOT = Path(__file__).parents[1]
PARAMETER = re.compile(r"%\(\w+\)s")
PAGE = ROOT / "docs" / "services" / "reference.md"
SCHEMAS = ROOT / "docs" / "services" / "schema"
CATALOGUE = ROOT / "portal" / "catalogue"

HEAD = """\
# Reference of the service language

Made from the code by `make reference`: what it says is what the portal does.
[tutorial.md](tutorial.md) builds a service step by step, [language.md](language.md) explains the reasons.

An editor completes and checks these files while you type, if each begins with the line that `portal new` writes:

```yaml
# yaml-language-server: $schema=../../../../docs/services/schema/service.json
```

VS Code needs the extension «YAML» for it; other editors know it as yaml-language-server. Only `portal check` proves
a service sound.

## Commands

| Command | What it does |
|---|---|
| `portal new SLUG [DIR]` | begins a service: a commented folder, sound at once; `--mode handoff`: one that is done elsewhere |
| `portal check [DIR]` | proves every service, one `file:line: message` per fault; `--lang ar` or `fr` |
| `portal try SLUG` | fills in the form at the terminal; `--answers FILE.yaml` gives answers, `--lang ar` asks in Arabic |
| `portal draw SLUG` | draws the workflow; `--format svg`, `mermaid` or `bpmn`, `--out FILE` |
| `portal diff SLUG 1 2` | what changes from version 1 to 2, in words: for citizens, agents and partners; `--lang ar` |
| `portal publish` | puts in force what is new in the installed folder, as every start does |
| `portal export SLUG DIR` | writes a published version out as the folder it came from, byte for byte; `--version` |

`try`, `draw` and `diff` take `--services DIR` for another folder than the installed one; `check`, `diff` and `publish` answer a
program with `--json`. Each command tells its options with `--help`.

## For machines

Anybody may read `/open/services.jsonld` (CPSV-AP 3), `/open/services/SLUG.jsonld` (CPSV-AP and schema.org),
`/open/services/SLUG/form.schema.json` (JSON Schema of the answers), `/open/services/SLUG/workflow.bpmn` (BPMN 2.0, for
a modeler such as bpmn.io) and `/open/services/SLUG/workflow.svg`. What is marked to be confirmed is left out of them.
"""

FILES = {
    "service": "the procedure sheet",
    "form": "the questions",
    "workflow": "the states of a file, and who moves it",
    "example": "a story that proves the service does what you mean",
}
SEEN = {
    "text": "a text",
    "number": "a number: write constants with a point, `2.0`",
    "date": "a date",
    "month": "the date of its first day",
    "truth": "true, false or null",
    "choice": "the option's value",
    "list": "a list of values: `'x' in answers.kinds`",
    "entries": "a list: `count(answers.children)`, `answers.children.exists(c, …)`",
}
FUNCTION_WORDS = {
    "count": "`count(list)`: how many entries; 0 of null",
    "total": "`total(list, 'field')`: the sum of a number over the entries; 0 of null",
    "age": "`age(date)`: whole years at today; null of null",
    "years_between": "`years_between(a, b)`: whole years from one date to another",
    "months_between": "`months_between(a, b)`: whole months",
    "days_between": "`days_between(a, b)`: days",
    "days_after": "`days_after(today, 10)`: the day so many days later, earlier where the number is below 0; null of null",
    "population": "`population(answers.place)`: how many people live in the commune of a place; null where it is not known",
    "length": "`length(text)`: characters",
    "contains": "`answers.name.contains('x')`: whether a text holds another",
    "startsWith": "`answers.code.startsWith('A')`",
    "endsWith": "`answers.code.endsWith('9')`",
    "matches": "`answers.code.matches('^[0-9]+$')`: a regular expression",
    "getFullYear": "`today.getFullYear()`: the year of a date",
    "getMonth": "`today.getMonth()`: the month, 0 for January",
    "getDate": "`today.getDate()`: the day of the month, from 1",
    "getDayOfMonth": "`today.getDayOfMonth()`: the day of the month, from 0",
    "getDayOfWeek": "`today.getDayOfWeek()`: the day of the week, 0 for Sunday",
    "timestamp": "`timestamp('2026-03-02T00:00:00Z')`: a date written out",
    "duration": "`duration('24h')`: a time to add to a date",
    "int": "`int(x)`: a number without its fraction",
    "double": "`double(x)`: a whole number as one that can be compared",
    "string": "`string(x)`: as text",
    "has": "`has(c.name)`: whether an entry has a field",
}
PLACEHOLDER_WORDS = {
    "applicant_name": "the applicant's name",
    "applicant_cnie": "the number of her card",
    "beneficiary_name": "the name of whom the request is for",
    "reference": "the reference of the file",
    "decided_on": "the day of the decision",
    "authority": "the office that decides",
    "reasons": "what was given as `reasons`",
    "place": "the applicant's commune or district",
    "address": "her address",
    "valid_until": "the end of validity, by `validity_months`",
    "reply": "what was given as `reply`",
    "fee": "what the file costs, as its receipt says it",
    "appeal_until": "the last day to appeal, by the law of the deadline",
    "missing": "the documents that did not come, of a document that an `act: return` issues",
    "due_on": "the last day to answer, of a document that is issued while the period runs",
    "extended_days": "by how many days the period was extended, of a document that an `act: extension` issues",
}
ANSWER_WORDS = {
    "{answers.<question>}": "what was answered to a question of the form that is required of all",
    "{said.<question>}": "what was said in answer to a question of the action that issues the document, required too",
    "{first.<what>}": "of the file that is followed: its `reference`, `service`, `authority`, `filed_on`, `decided_on`, "
    "`silent_on`, or as `happened` what became of it, in words",
    "{origin.<what>}": "the same of the file at the head of several that follow one another",
}
ROLE_WORDS = {
    Role.APPLICANT: "the person whose file it is, or whoever holds its secret code",
    Role.CLERK: "takes files in at the counter",
    Role.AGENT: "studies files",
    Role.CHIEF: "answers for the office",
    Role.COMMITTEE: "votes, where a state has a `committee`",
    Role.PARTNER: "gives an opinion through the interface for partners",
    Role.SYSTEM: "the portal, when a timer, the opinions or the law call for it: it never refuses, and only silence grants",
    Role.SECRETARY_GENERAL: "of the province: warned of what is late, sees it, and acts on no file",
}
ACT_WORDS = {
    Act.INFORMATION: "further information is asked for: once, in the first half of the period (art. 14). What leads from a "
    "running state to a suspended one is this, unless it says otherwise",
    Act.REPLACEMENT: "documents with a defect are asked for anew, in the first half; the applicant has 30 days (art. 10)",
    Act.ORIGINALS: "the originals of documents in doubt are to be shown: once, in the first half (art. 7)",
    Act.EXTENSION: "the period is extended, once, by what `deadline.extension` allows (art. 17)",
    Act.RETURN: "the file goes back the day after the applicant's 30 days (art. 10)",
    Act.SILENCE: "the request is granted the day after the due date, where `silence: approval` says so (art. 19)",
    Act.REPETITION: "a request that was refused before is closed without being studied again (art. 15)",
}
ASKED_WORDS = {
    "documents": "which documents are meant; of replacement and originals",
    "days": "by how many days; of extension",
    "reasons": "why; of all three",
}
KIND_WORDS = {
    StateKind.DEPOSITING: "documents are missing: the period has not begun",
    StateKind.RUNNING: "the period of the law runs",
    StateKind.SUSPENDED: "the applicant is awaited: the period stands still",
    StateKind.DECIDED: "the file is closed",
}
RESULT_WORDS = {
    Result.GRANTED: "the applicant gets what she asked for",
    Result.REFUSED: "she does not, and is told why",
    Result.RETURNED: "the file goes back to her, undecided",
    Result.WITHDRAWN: "she took it back",
    Result.REFERRED: "another administration goes on with it",
}


def files() -> dict[Path, str]:
    """Every file this module writes, with what must stand in it."""
    made = {PAGE: page()}
    for name, schema in schemas().items():
        made[SCHEMAS / f"{name}.json"] = json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
    return made


def page() -> str:
    found = schemas()
    parts = [HEAD]
    for name, schema in found.items():
        title = str(schema["title"])
        parts.append(
            f"## {title}\n\nThis is {FILES[name]}. [Schema](schema/{name}.json).\n\n" + "\n".join(tables(schema))
        )
    parts.append(
        "## Questions\n\nOf form.yaml, of actions and of opinions.\n\n"
        + table(found["form"]["definitions"]["question"])
    )
    parts += [types(), closed_lists(), rules(), messages()]
    return "\n".join(part.rstrip() + "\n" for part in parts)


def tables(schema: Schema, path: str = "") -> Iterator[str]:
    """A table of the keys of a mapping, then those of the mappings inside it."""
    if path:
        yield f"### {path}\n"
    yield table(schema)
    for name, inner in schema.get("properties", {}).items():
        below = inside(inner)
        if below is not None:
            here = f"{path}.{name}" if path else name
            yield from tables(below[0], here + below[1])


def inside(schema: Schema) -> tuple[Schema, str] | None:
    """The mapping that a key holds, alone, in a list or under names of the writer's choice."""
    if schema.get("properties"):
        return schema, ""
    items = schema.get("items")
    if isinstance(items, dict) and items.get("properties"):
        return items, "[]"
    more = schema.get("additionalProperties")
    if isinstance(more, dict) and more.get("properties"):
        return more, ".<name>"
    return None


def table(schema: Schema) -> str:
    rows = ["| Key | Value | Meaning |", "|---|---|---|"]
    required = schema.get("required", [])
    for name, one in schema.get("properties", {}).items():
        mark = f"**`{name}`**" if name in required else f"`{name}`"
        rows.append(f"| {mark} | {value(one)} | {one.get('description', '')} |")
    return "\n".join(rows) + "\n"


def value(schema: Schema) -> str:
    """What may stand at a key, in a few words."""
    for key in ("allOf", "anyOf"):
        if key in schema and "properties" not in schema:
            return " or ".join(dict.fromkeys(value(one) for one in schema[key]))
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        return {"cel": "condition or rule (CEL)", "term": "`{days: 10, count: calendar}`", "word": "word"}.get(
            name, name
        )
    if "enum" in schema:
        words = [f"`{one}`" for one in schema["enum"]]
        return ", ".join(words) if len(words) <= 12 else "one of a list below"
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`".replace('"', "")
    return _of_kind(schema)


def _of_kind(schema: Schema) -> str:
    kind = schema.get("type")
    if kind == "array":
        return f"list of {value(schema['items'])}"
    if kind == "object":
        return "mapping"
    if kind == "integer" and "maximum" in schema:
        return f"{schema['minimum']} to {schema['maximum']}"
    names = {"string": "text", "integer": "whole number", "boolean": "`true` or `false`"}
    kinds = kind if isinstance(kind, list) else [kind]
    return " or ".join(names.get(str(one), str(one)) for one in kinds)


def sentence(thing: object) -> str:
    """The first paragraph of what the code says of something, as Markdown."""
    words = re.split(r"\n\s*\n", (thing.__doc__ or "").strip())[0]
    return re.sub(r"\s+", " ", words).replace("``", "`").replace("|", "\\|")


def types() -> str:
    rows = [
        "## Types of questions\n",
        "**Bold** keys above are required. In a rule, an answer that is missing is null.\n",
    ]
    rows += ["| Type | What it takes | In a rule | Keys and limits of its own |", "|---|---|---|---|"]
    for name, kind in FIELD_TYPES.items():
        keys = [f"`{key}`" for key, of in OF_TYPES.items() if name in of]
        keys += [f"`limits.{key}`" for keys_of, of in MEASURED.values() if name in of for key in keys_of]
        rows.append(f"| `{name}` | {sentence(kind)} | {SEEN[KINDS[name].value]} | {', '.join(keys)} |")
    refused = ", ".join(f"`{name}` ({why})" for name, why in NOT_ASKED.items())
    of_others = ", ".join(f"`{name}` ({why})" for name, why in NOT_ASKED_OF_OTHERS.items())
    said = f"An action or an opinion cannot ask for: {refused}. Nor can an opinion ask for: {of_others}.\n"
    return "\n".join([*rows, "", said])


def listed(title: str, words: Mapping[Any, str]) -> str:
    rows = "\n".join(f"- `{getattr(key, 'value', key)}`: {words[key]}" for key in words)
    return f"### {title}\n\n{rows}\n"


def closed_lists() -> str:
    laws = {}
    for law in LAWS.values():
        unit = "working days" if law.unit is Days.WORKING else "days"
        laws[law.key] = f"{law.ceiling} {unit} at most" if law.ceiling is not None else unit
        if law.extends != 0:
            laws[law.key] += f"; an extension of {law.extends} at most" if law.extends else "; it can be extended"
        if not law.first:
            laws[law.key] += "; of what follows a refusal or a silence"
    kinds = ", ".join(f"`{kind.value}`" for kind in UnitKind)
    roles = {role: ROLE_WORDS[role] for role in Role if role in ROLE_WORDS}
    can_act = ", ".join(f"`{role.value}`" for role in Role if role in ACTORS)
    return "\n".join(
        [
            "## Closed lists\n",
            listed("Kinds of states", {kind: KIND_WORDS[kind] for kind in StateKind}),
            listed("Outcomes", {result: RESULT_WORDS[result] for result in Result}),
            listed("Roles", roles),
            f"In `by` of an action: {can_act}.\n",
            f"### Kinds of offices\n\n{kinds}\n",
            listed("Laws of a deadline", laws),
            listed("Acts", {act: ACT_WORDS[act] for act in Act}),
            listed("What acts ask by themselves", ASKED_WORDS),
            listed(
                "Effects",
                {
                    "notify": "the applicant is told, by SMS or e-mail",
                    "remind": "she is reminded",
                    "issue.<output>": "the document is made and signed",
                    "dispatch.<platform>": "the file is sent to a national platform",
                },
            ),
            listed(
                "Placeholders of paragraphs",
                {f"{{{name}}}": PLACEHOLDER_WORDS[name] for name in sorted(PLACEHOLDERS)} | ANSWER_WORDS,
            ),
        ]
    )


def rules() -> str:
    seen = [f"`identity.{name}`" for name in IDENTITY] + [f"`case.{name}`" for name in CASE]
    functions = "\n".join(f"- {FUNCTION_WORDS[name]}" for name in FUNCTION_WORDS if name in FUNCTIONS)
    unsaid = sorted(set(FUNCTIONS) - set(FUNCTION_WORDS))
    if unsaid:
        raise KeyError(f"nothing is said of the functions {unsaid}")
    return (
        "## Rules\n\nConditions, limits and computed values are written in [CEL](https://cel.dev). They see "
        f"`answers.<question>`, `today`, {', '.join(seen)}; `case` only in a workflow. A rule has at most {MAX_LENGTH} "
        f"characters, is nested {MAX_NESTING} deep at most, chooses (`? :`, `||`) {MAX_CHOICES} times at most, and goes "
        f"through one list.\n\n{functions}\n"
    )


def messages() -> str:
    """What `portal check` can say, by the part of the code that says it; … stands for a name."""
    rows = [
        "## What `portal check` says\n",
        "`…` stands for a name of yours. A word that is nearly right comes back with what was meant.\n",
    ]
    for file in sorted(CATALOGUE.glob("*.py")):
        found = sorted(dict.fromkeys(_messages_of(ast.parse(file.read_text(encoding="utf-8")))))
        if found:
            title = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or file.stem
            rows.append(f"### {title.splitlines()[0].rstrip('.')}\n")
            rows += [f"- {message}" for message in found] + [""]
    return "\n".join(rows)


def _messages_of(tree: ast.AST) -> Iterator[str]:
    """Whole sentences; the shorter ones are parts that fill in others."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="Sentence"), args=[ast.Constant(value=str() as pattern), *_]):
                words = PARAMETER.sub("…", pattern)
                if words.count(" ") >= 3:
                    yield words.replace("|", "\\|").replace("%%", "%")


def main(arguments: list[str]) -> int:
    stale = []
    for path, text in files().items():
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(path)
        if arguments != ["check"]:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    for path in stale:
        print(f"{path.relative_to(ROOT)}: {'out of date' if arguments == ['check'] else 'written'}")
    return 1 if stale and arguments == ["check"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
