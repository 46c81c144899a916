"""The engine of conditions, loaded without its package's own command line: ten megabytes that no process here uses."""

import sys
from types import ModuleType

# What is there already is not imported, so that an empty module keeps the real one out.
sys.modules.setdefault("cel.cli", ModuleType("cel.cli"))

import cel  # noqa: E402

__all__ = ["cel"]
