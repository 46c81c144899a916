"""One answer out of a list too long to be read as a whole: a school, a trade."""

from portal.fields.choice import Choice


class Select(Choice):
    """One of the question's options, picked from a drop-down list; these may stand under headings."""

    needed = "field.select.needed"
