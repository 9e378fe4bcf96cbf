"""The reading room: the articles of a store in a browser, each beside its archived page. Knows no Scrapy."""

from reading.index import Index
from reading.refresh import Refresher
from reading.room import Room, empty_room, open_room

__all__ = ["Index", "Refresher", "Room", "empty_room", "open_room"]
