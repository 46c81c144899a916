"""The switches by which the stand-ins are told to misbehave."""

from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, Field


class Switches(BaseModel):
    """Switches are set from outside, so that each is checked again on every change."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)


class DeliverySwitches(Switches):
    """How many of the next messages are put off (``fail``) or refused for good (``reject``)."""

    fail: int = Field(0, ge=0, le=100_000)
    reject: int = Field(0, ge=0, le=100_000)

    def refusal(self) -> str:
        """What becomes of the message at hand: ``fail``, ``reject`` or nothing; each counts down."""
        if self.fail:
            self.fail -= 1
            return "fail"
        if self.reject:
            self.reject -= 1
            return "reject"
        return ""


class JisrSwitches(DeliverySwitches):
    """As for messages, and more.

    ``stall`` is how many seconds every answer waits, after the case was kept; ``twice`` sends each callback twice;
    ``automatic`` reports «received» by itself, ``delay`` seconds after a case arrives.
    """

    stall: float = Field(0, ge=0, le=300)
    twice: bool = False
    automatic: bool = True
    delay: float = Field(1.0, ge=0, le=3600)


class AuthoritySwitches(Switches):
    """``off`` refuses time stamps, ``mute`` says nothing of certificates; every answer waits ``stall`` seconds."""

    off: bool = False
    mute: bool = False
    stall: float = Field(0, ge=0, le=300)


@dataclass
class Controls:
    """All switches of the sandbox. They are forgotten when it stops."""

    jisr: JisrSwitches = field(default_factory=JisrSwitches)
    sms: DeliverySwitches = field(default_factory=DeliverySwitches)
    mail: DeliverySwitches = field(default_factory=DeliverySwitches)
    tsa: AuthoritySwitches = field(default_factory=AuthoritySwitches)

    def as_dict(self) -> dict[str, dict[str, object]]:
        return {name: getattr(self, name).model_dump() for name in ("jisr", "sms", "mail", "tsa")}


def change(switches: Switches, wanted: dict[str, object]) -> dict[str, object]:
    """Sets the given switches and leaves the others; raises pydantic's ValidationError and then changes nothing."""
    checked = type(switches).model_validate({**switches.model_dump(), **wanted})
    for name, value in checked.model_dump().items():
        setattr(switches, name, value)
    return switches.model_dump()
