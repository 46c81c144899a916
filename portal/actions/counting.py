"""Which answers count, for whoever fills in a form; the rule is the catalogue's, whose examples prove it."""

from portal.catalogue.counting import answers_that_count, counted

__all__ = ["answers_that_count", "counted"]
