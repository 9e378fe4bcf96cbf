"""The error of a machine that has no process to spare; here by itself, so that naming it loads nothing. Pure."""

from __future__ import annotations


class WorkersNotStarted(Exception):  # noqa: N818 (like StoreNotUsable)
    """No process for pages could be started: no memory, a disk for temporary files that is full. Says why."""
