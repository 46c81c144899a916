"""A small sound service with every act of law, for tests to break and to live through; and one that silence grants."""

from tests.unit.sound_service import SOUND, changed

S, F, W = "service.yaml", "form.yaml", "workflow.yaml"
LABEL = "label: {ar: فعل, fr: Action}"
STATES = """\
  replacing: {kind: suspended, label: {ar: استبدال, fr: À remplacer}}
  doubted: {kind: suspended, label: {ar: شك, fr: Originaux à voir}}
  asked: {kind: suspended, label: {ar: سؤال, fr: Question}}
  repeated: {kind: decided, outcome: refused, label: {ar: طلب مكرر, fr: Demande répétée}}
"""
ACTIONS = f"""\
  - {{action: ask_again, from: lodged, to: replacing, by: [agent], act: replacement, effects: [notify], {LABEL}}}
  - {{action: bring, from: replacing, to: lodged, by: [applicant, clerk], {LABEL}}}
  - {{action: doubt, from: lodged, to: doubted, by: [agent], act: originals, effects: [notify], {LABEL}}}
  - {{action: seen, from: doubted, to: lodged, by: [clerk, agent], {LABEL}}}
  - action: ask
    from: lodged
    to: asked
    by: [agent]
    act: information
    {LABEL}
    asks: [{{id: question, type: long_text, {LABEL}}}]
  - {{action: answer, from: asked, to: lodged, by: [applicant], asks: [{{id: reply, type: long_text, {LABEL}}}], {LABEL}}}
  - {{action: extend, from: lodged, to: lodged, by: [chief], act: extension, effects: [notify], {LABEL}}}
  - {{action: hurry, from: lodged, to: lodged, by: [agent], period: {{law: 55-19-investment, days: 10}}, {LABEL}}}
  - {{action: repeat, from: lodged, to: repeated, by: [chief], act: repetition, effects: [notify], {LABEL}}}
"""
EXTENSION = ", extension: {days: 20, reason: {ar: خبرة, fr: Une expertise}}"
INSTEAD = ', instead: [{when: "answers.student == true", law: 55-19-investment, days: 15}]'
UNTIL = next(line + "\n" for line in SOUND[S].splitlines() if "{appeal_until}" in line)
"""What a refusal says under a law that sets a time to turn against it."""
FOLLOWS = "follows: {on: [refused, silence], within: {days: 30, count: legal}, article: 55-19/21}\n"

LAWFUL = changed(
    SOUND,
    (S, "silence: appeal, ", f"silence: appeal{EXTENSION}{INSTEAD}, "),
    (W, "  granted: {kind", f"{STATES}  granted: {{kind"),
    (W, "  - {action: approve,", f"{ACTIONS}  - {{action: approve,"),
    (W, "from: depositing, to: returned", "from: [depositing, replacing], to: returned"),
)
GRANTED = (
    "  - {action: silent, from: lodged, to: granted, by: [system], act: silence, effects: [notify], " + LABEL + "}\n"
)
APPROVED = changed(
    LAWFUL,
    (S, "silence: appeal", "silence: approval"),
    (W, "  - {action: approve,", f"{GRANTED}  - {{action: approve,"),
)
FOLLOWING = changed(
    LAWFUL,
    (S, "life_events: [birth]\n", FOLLOWS),
    (S, "by: residence", "by: first"),
    (S, 'law: "55-19", days: 30', "law: 55-19-appeal, days: 15"),
    (S, UNTIL, ""),
    (S, EXTENSION, ""),
    (W, next(line + "\n" for line in ACTIONS.splitlines() if "extend" in line), ""),
)
