"""An agreement that the citizen gives, or not."""

from portal.fields.statement import Statement


class Consent(Statement):
    """True once ticked. Not giving it is leaving it empty: silence is no consent (law 09-08)."""
