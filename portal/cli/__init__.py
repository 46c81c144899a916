"""The operator's commands."""

from portal.cli.commands import main

__all__ = ["main"]
