"""What advisers and committees said of a case, in the words of whoever reads its timeline."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.domain.events import Event, OpinionGiven, OpinionsJoined, OpinionsRequested, VoteCast
from portal.domain.service import Opinion, ServiceDefinition, Text
from portal.fields.base import Surroundings
from portal.i18n import N_, comma, translate
from portal.presenting.isolation import quoted
from portal.presenting.said import all_said

VOTES = {"for": N_("For"), "against": N_("Against"), "abstain": N_("Abstains")}
"""What a member of a committee can say."""


@dataclass(frozen=True)
class Advice:
    """How the reader is spoken to of advice: ``others`` are the names of units and partners, by their ids."""

    definition: ServiceDefinition
    language: str
    to_citizen: bool
    others: Mapping[str, Text]
    around: Surroundings | None

    def say(self, message: str, **params: str) -> str:
        return translate(self.language, message, params)

    def given(self, event: OpinionGiven) -> str:
        """What was said, under the questions that were put."""
        declared = self.declared(event.opinion)
        asked = declared.asks if declared is not None else ()
        return " · ".join(all_said(asked, event.inputs, self.language, self.around))

    def declared(self, opinion: str) -> Opinion | None:
        consultations = (state.consultation for state in self.definition.states.values())
        return next((found for one in consultations if one is not None and (found := one.opinion(opinion))), None)

    def adviser(self, opinion: str, name: str) -> str:
        """Who is asked for an opinion; of a partner that the portal does not know, which opinion it is."""
        declared = None if name in self.others else self.declared(opinion)
        return declared.title[self.language] if declared is not None else called(self.others, name, self.language)


def called(names: Mapping[str, Text], name: str, language: str) -> str:
    """What an office, a partner or a platform is called; its id where no name is known."""
    known = names.get(name)
    return known[language] if known is not None else name


def told_of_advice(advice: Advice, event: Event) -> tuple[str, str] | None:
    """The title and the text of an opinion or a vote; None for any other event."""
    match event:
        case OpinionsRequested():
            asked = [advice.adviser(one["id"], one.get("unit") or one.get("partner") or "") for one in event.opinions]
            names = comma(advice.language).join(dict.fromkeys(asked))
            return advice.say(N_("Opinions were asked of others")), advice.say(N_("Asked: %(names)s."), names=names)
        case OpinionGiven():
            given = advice.say(N_("An opinion was given: %(name)s"), name=advice.adviser(event.opinion, event.by))
            return given, "" if advice.to_citizen else advice.given(event)
        case OpinionsJoined():
            late = N_("The time for opinions has passed: the file goes on with those that came")
            return advice.say(late if event.late else N_("The opinions have been gathered")), ""
        case VoteCast():
            return advice.say(N_("Vote: %(choice)s"), choice=advice.say(VOTES[event.choice])), quoted(event.note)
        case _:
            return None
