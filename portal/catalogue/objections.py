"""What the portal itself would object, as a part of what the designer is told: in each language the portal's own words."""

from portal.catalogue.faults import LANGUAGES, Sentence
from portal.domain.errors import PortalError, Unlawful
from portal.domain.service import Text
from portal.fields.base import Told, Wrong
from portal.presenting import errors
from portal.presenting.law import article
from portal.presenting.wrongs import MESSAGES, wrong_text


class Worded(Sentence):
    """Words that are no message of ours with gaps to fill: its ``params`` are how each language says it."""

    def said(self, language: str) -> str:
        return Text({one: str(self.params[one]) for one in LANGUAGES})[language]


def worded(english: str, words: Text) -> Worded:
    """What has its own words in each language, and others in English."""
    return Worded("%(en)s", en=english, **{language: words[language] for language in LANGUAGES})


def objection(wrong: Wrong) -> Sentence:
    """What the portal would say to an answer; a rule of the service is in French where English is wanted."""
    words = Text({language: wrong_text(wrong, language) for language in LANGUAGES})
    if isinstance(wrong, Told):
        return worded(wrong.says["fr"], words)
    return worded(MESSAGES[wrong.key] % {name: str(value) for name, value in wrong.params.items()}, words)


def refusal(error: PortalError) -> str:
    """Why the portal refuses an action: by the article of the law, or by the heading of its page that says so."""
    if isinstance(error, Unlawful):
        return worded(error.article, article(error.article))
    if error.key not in errors.MESSAGES:
        return error.key
    return worded(error.key, Text({language: errors.explain_error(error, language).title for language in LANGUAGES}))
