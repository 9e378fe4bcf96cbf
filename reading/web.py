"""The room over HTTP: addresses, answers, errors. The one importer of Starlette."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from archive.errors import StoreNotUsable
from reading.asked import BadQuestion, parse_day, parse_month, parse_question, typed
from reading.excerpt import excerpt, marked
from reading.manners import fields_for, host_name
from reading.pages import FOLDER, archived_page, calendar_of, make_pages
from reading.room import NotReadable, Room
from reading.shelves import MOST_PROBLEMS
from reading.wanted import parse_wanted

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_MOST_PARAGRAPHS_MARKED = 2000


def make_application(room: Room, *, player_port: int, names: Collection[str] = ()) -> ASGIApp:
    """The room as an ASGI application; the player is on the same host at another port.

    `names` are hosts that it answers to besides addresses and `localhost`.
    """
    views = _Views(room)
    application = Starlette(
        routes=[
            Route("/", views.entrance),
            Route("/articles", views.articles),
            Route("/article/{id:str}", views.article),
            Route("/article/{id:str}/versions", views.versions),
            Route("/sources", views.sources),
            Route("/calendar", views.calendar),
            Route("/captures", views.captures),
            Route("/problems", views.problems),
            # An address of the player with the room's port.
            Route("/kakehashi/{rest:path}", _to_player),
            Route("/robots.txt", lambda _: PlainTextResponse("User-agent: *\nDisallow: /\n")),
            Mount("/static", StaticFiles(directory=FOLDER / "static")),
        ],
        exception_handlers={
            HTTPException: views.refusal,
            BadQuestion: views.bad_question,
            NotReadable: views.not_readable,
            StoreNotUsable: views.store_away,
            Exception: views.failure,
        },
    )
    return _Manners(application, player_port=player_port, names=names)


class _Manners:
    """Refuses strangers' names, and puts the fields of `reading.manners` on every answer."""

    def __init__(self, application: ASGIApp, *, player_port: int, names: Collection[str]) -> None:
        self._application = application
        self._player_port = player_port
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fields = dict(scope.get("headers", ()))
        host = host_name(fields.get(b"host", b"").decode("latin-1"), self._names)
        player = f"http://{host or '127.0.0.1'}:{self._player_port}"
        scope["player"] = player

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                added = [(name.lower().encode(), value.encode()) for name, value in fields_for(player)]
                message["headers"] = [*message.get("headers", ()), *added]
            await send(message)

        if host is None:
            refusal = PlainTextResponse("This is not a name of the reading room.\n", HTTPStatus.MISDIRECTED_REQUEST)
            await refusal(scope, receive, guarded)
        else:
            await self._application(scope, receive, guarded)


def _to_player(request: Request) -> Response:
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{request.scope['player']}{request.url.path}{query}")


class _Views:
    """A page for each address. They are plain functions: Starlette runs them in threads."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._pages = make_pages()

    def _page(self, request: Request, name: str, status: int = 200, **values: Any) -> Response:
        shared = {
            "path": request.url.path, "typed": typed(request.query_params), "player": request.scope["player"],
            "store": self._room.store, "archived_page": archived_page, "calendar_of": calendar_of,
        }  # fmt: skip
        text = self._pages.get_template(name).render({**shared, **values})
        return HTMLResponse(text, status, {"Cache-Control": "no-cache"})

    def entrance(self, request: Request) -> Response:
        """The first page."""
        return self._page(
            request, "entrance.html", entrance=self._room.entrance(), problems=len(self._room.problems(MOST_PROBLEMS))
        )

    def articles(self, request: Request) -> Response:
        """Lists and searches."""
        question = parse_question(request.query_params)
        found, choices = self._room.find(question)
        entries = [
            (entry, marked(entry.title, question.wanted), excerpt(entry.text, question.wanted))
            for entry in found.entries
        ]
        names = ("source", "language", "label", "since", "until")
        asked = {"q": typed(request.query_params)} | {name: getattr(question, name) for name in names}
        asked["sort"] = "" if question.sort == "best" else question.sort
        return self._page(request, "articles.html", found=found, entries=entries, choices=choices, asked=asked)

    def article(self, request: Request) -> Response:
        """One article beside its archived page."""
        opened = self._room.open(request.path_params["id"])
        if opened is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, "The store has no article with this id.")
        wanted = parse_wanted(typed(request.query_params))
        paragraphs = [marked(part, wanted) for part in opened.article.text.split("\n\n")[:_MOST_PARAGRAPHS_MARKED]]
        title = marked(opened.article.title or "", wanted)
        return self._page(request, "article.html", opened=opened, paragraphs=paragraphs, title=title)

    def versions(self, request: Request) -> Response:
        """What became of one article."""
        found = self._room.steps(request.path_params["id"])
        if found is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, "The store has no article with this id.")
        return self._page(request, "versions.html", article=found[0], steps=found[1])

    def sources(self, request: Request) -> Response:
        """Every source."""
        return self._page(request, "sources.html", shelves=self._room.sources())

    def calendar(self, request: Request) -> Response:
        """A month of articles, or of captures."""
        of_captures = request.query_params.get("of") == "captures"
        month = self._room.month(parse_month(request.query_params), of_captures=of_captures)
        return self._page(request, "calendar.html", month=month, of_captures=of_captures)

    def captures(self, request: Request) -> Response:
        """The captures of one URL, or of one day."""
        url, source = request.query_params.get("url", "").strip(), request.query_params.get("source", "")
        day = parse_day(request.query_params, "day")
        entries = self._room.captures_of(url) if url else self._room.captures_on(day, source) if day else []
        return self._page(request, "captures.html", entries=entries, url=url, day=day, source=source)

    def problems(self, request: Request) -> Response:
        """What the store promises and does not have."""
        return self._page(request, "problems.html", problems=self._room.problems(MOST_PROBLEMS), most=MOST_PROBLEMS)

    def refusal(self, request: Request, error: Exception) -> Response:
        """An address that is not there, or a method that it does not know."""
        assert isinstance(error, HTTPException)
        detail = error.detail if error.detail != HTTPStatus(error.status_code).phrase else "There is no such page."
        return self._error(request, error.status_code, detail)

    def bad_question(self, request: Request, error: Exception) -> Response:
        """A query that means nothing."""
        return self._error(request, HTTPStatus.BAD_REQUEST, str(error))

    def not_readable(self, request: Request, error: Exception) -> Response:
        """An article that the store promises and does not have."""
        detail = f"The article cannot be read: {error}. `kakehashi verify` tells more, and --repair mends what it can."
        return self._error(request, HTTPStatus.NOT_FOUND, detail)

    def store_away(self, request: Request, error: Exception) -> Response:
        """A store that does not answer."""
        return self._error(request, HTTPStatus.SERVICE_UNAVAILABLE, str(error))

    def failure(self, request: Request, _: Exception) -> Response:
        """A fault of ours: the log has it."""
        return self._error(request, HTTPStatus.INTERNAL_SERVER_ERROR, "Something failed; the command's log has it.")

    def _error(self, request: Request, status: int, detail: str) -> Response:
        phrase = HTTPStatus(status).phrase
        return self._page(request, "error.html", status, number=int(status), phrase=phrase, detail=detail)
