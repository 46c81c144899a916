"""The whole schema: every module with tables is imported here, so that none is missing from the metadata."""

from portal.store import tables, tables_of_clock, tables_of_proofs, tables_of_services
from portal.store.columns import Base

METADATA = Base.metadata
MODULES = (tables, tables_of_clock, tables_of_proofs, tables_of_services)
"""Where the tables are declared."""
