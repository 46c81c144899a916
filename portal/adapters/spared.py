"""Keeps what draws and signs from loading what it would need for other fonts and time stamps than ours: fifteen megabytes.

To be called before the libraries are imported. Whatever is asked of these parts after all is answered by them, loaded then.
"""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

_FUNCTIONS: Mapping[str, tuple[str, ...]] = {
    # HarfBuzz cuts our fonts down to the letters of a document; where it is missing, this does.
    "fontTools.subset": (),
    # For fonts with several weights in one file, of which we have none.
    "fontTools.varLib.instancer": ("instantiateVariableFont",),
    # They ask with a library of their own for time stamps and revocations; ours do with the one that the portal has anyway.
    "pyhanko.sign.timestamps.aiohttp_client": ("HTTPTimeStamper",),
    "pyhanko_certvalidator.fetchers.aiohttp_fetchers": ("AIOHttpFetcherBackend",),
}
"""The modules, and what is taken from them when the libraries are imported."""


class _Spared(ModuleType):
    """Stands in the place of a module until something of it is wanted."""

    def __init__(self, name: str, functions: tuple[str, ...]) -> None:
        super().__init__(name)
        for function in functions:
            setattr(self, function, self._late(function))

    def __getattr__(self, name: str) -> Any:
        # What Python asks of every module says nothing of a need.
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._loaded(), name)

    def _late(self, function: str) -> Callable[..., Any]:
        return lambda *arguments, **named: getattr(self._loaded(), function)(*arguments, **named)

    def _loaded(self) -> ModuleType:
        # All of them: they load each other.
        for name in _FUNCTIONS:
            if isinstance(sys.modules.get(name), _Spared):
                del sys.modules[name]
        return import_module(self.__name__)


def spare_memory() -> None:
    """Puts stand-ins in the place of those modules that nobody has loaded yet."""
    for name, functions in _FUNCTIONS.items():
        if name not in sys.modules:
            sys.modules[name] = _Spared(name, functions)
