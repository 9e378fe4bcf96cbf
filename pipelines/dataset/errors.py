"""Why there is no release. The message is for people; nothing of it is written where a release was to be.

DatasetError          what a caller may catch as a whole
├── NothingFits       the selection is empty
├── NotWanted         an option, name, manifest or place that is not what it should be
├── NotGathered           a cluster could not be used, or did not gather every article
├── RoomIsGone        the disk where the release was to be is full
└── NotInstalled      a library that a release needs is missing
"""

# ruff: noqa: N818 (each name says what is wrong; "Error" would not add to it)

from __future__ import annotations


class DatasetError(Exception):
    """The base of the tree; never raised itself."""


class NothingFits(DatasetError):
    """No article of the store fits the selection."""


class NotWanted(DatasetError):
    """An option, name, manifest or place that is not what it should be; the message says what was expected."""


class NotGathered(DatasetError):
    """A cluster could not be used, or did not gather every article: a release with holes would lie."""


class RoomIsGone(DatasetError):
    """The disk takes no more."""


class NotInstalled(DatasetError):
    """A library is missing; the message says how to install it."""
