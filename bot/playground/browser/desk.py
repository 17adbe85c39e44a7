"""Answers the page: what somebody sees, as it changes, and what they do."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from bot.playground import files, reactions
from bot.playground.acts import Acts
from bot.playground.browser.happened import happened
from bot.playground.browser.seeing import channels, people, sees
from bot.playground.browser.stage import Act, Stage
from bot.playground.scopes import shortcuts
from bot.playground.workspace import Workspace

HEARTBEAT = 15.0  # seconds
FILE_LIMIT = 32 * 1024 * 1024  # bytes
Json = dict[str, Any]
Do = Callable[["Desk", Json], Awaitable[Any]]


class WrongError(Exception):
    """The page asked for what cannot be done; the text says why."""


class Desk:
    """What the page talks to."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._turned = asyncio.Event()

    @property
    def act(self) -> Act:
        """What plays now."""
        return self.stage.act

    @property
    def slack(self) -> Workspace:
        """The workspace."""
        return self.stage.act.scene.slack

    @property
    def acts(self) -> Acts:
        """What people can do in it."""
        return self.slack.acts

    async def answer(self, request: Request) -> Response:
        """Any of the page's calls."""
        path = request.url.path.removeprefix("/play/")
        try:
            if path == "events":
                return StreamingResponse(
                    self._events(self._user(request.query_params["as"])), media_type="text/event-stream"
                )
            if path == "happened":
                return JSONResponse(await self._happened(request))
            if path.startswith("file/"):
                return self._file(request.path_params["file"])
            if path == "drop":
                return JSONResponse(await self._drop(request))
            return JSONResponse(await self._do(path, await request.json()))
        except (WrongError, KeyError, ValueError) as error:
            return JSONResponse({"error": str(error)}, status_code=400)

    def message(self, channel: str, ts: str) -> Json:
        """A message or a note. Raises WrongError."""
        notes = (note for note in self.slack.ephemerals if note["ts"] == ts)
        found = self.slack.message(channel, ts) or next(notes, None)
        if found is None:
            raise WrongError("that message is gone")
        return found

    def view(self, user: str) -> Json:
        """The topmost modal that somebody has open. Raises WrongError."""
        stack = self.slack.stacks[user]
        if not stack:
            raise WrongError("that form is closed")
        return self.slack.views[stack[-1]]

    async def turn(self) -> None:
        """The scene is another: whoever watches looks again."""
        self._turned.set()
        self._turned = asyncio.Event()
        await self.slack.touched()

    def _user(self, user: str) -> str:
        if user not in self.slack.people.users:
            raise WrongError(f"{user}: nobody of that id")
        return user

    async def _do(self, name: str, given: Json) -> Any:
        await self.stage.settled()
        do = DO.get(name)
        if do is None:
            raise WrongError(f"{name}: nothing of that name can be done")
        if "user" in given:
            self._user(given["user"])
        done = await do(self, given)
        await self.slack.touched()
        return done if done is not None else {}

    async def _events(self, user: str) -> AsyncIterator[str]:
        """What `user` sees, then each change of it, as server-sent events."""
        told: dict[str, str] = {}
        while True:
            slack, turned = self.slack, self._turned
            version = slack.version
            now = {key: json.dumps(value) for key, value in self._items(user).items()}
            fresh = {key: json.loads(value) for key, value in now.items() if told.get(key) != value}
            gone = [key for key in told if key not in now]
            if fresh or gone:
                yield f"data: {json.dumps({'set': fresh, 'gone': gone})}\n\n"
            else:
                yield ": still here\n\n"
            told = now
            waits = [
                asyncio.create_task(slack.changed_since(version)),
                asyncio.create_task(turned.wait()),
            ]
            try:
                await asyncio.wait(waits, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for wait in waits:
                    wait.cancel()

    def _items(self, user: str) -> Json:
        act, stage, weather = self.act, self.stage, self.act.courier.weather
        return {
            **sees(act.scene, user),
            "world": {
                "number": stage.number,
                "offset": stage.offset.total_seconds(),
                "zone": str(stage.zone),
                "people": people(act.scene),
                "channels": channels(act.scene, user),
                "shortcuts": shortcuts(),
                "weather": {
                    "away": self.slack.away,
                    "twice": weather.twice,
                    "late": weather.late,
                    "reversed": weather.reversed,
                },
            },
        }

    async def _happened(self, request: Request) -> Json:
        given = request.query_params
        await self.stage.settled()
        message = self.message(given["channel"], given["ts"])
        return await happened(self.act.scene, self.act.tracer, self.act.courier, message)

    def _file(self, file_id: str) -> Response:
        file = self.slack.files.get(file_id)
        if file is None or "content" not in file:
            return Response(status_code=404)
        headers = {"content-disposition": "attachment", "x-content-type-options": "nosniff"}
        if file["mimetype"].startswith("image/") and file["mimetype"] != "image/svg+xml":
            del headers["content-disposition"]
        return Response(file["content"], media_type=file["mimetype"], headers=headers)

    async def _drop(self, request: Request) -> Json:
        """A file on its way into a message: its body is the content."""
        content = await request.body()
        await self.stage.settled()
        if len(content) > FILE_LIMIT:
            raise WrongError("that file is too large")
        user = self._user(request.query_params["as"])
        return files.dropped(self.slack, user, request.query_params["name"], content)


async def open_desk(address: Callable[[], str]) -> Desk:
    """A desk with a fresh scene. `address` is where the page's server listens."""
    stage = Stage(address)
    await stage.begin()
    return Desk(stage)


async def _say(desk: Desk, given: Json) -> None:
    dropped = tuple(files.shown(desk.slack.files[one]) for one in given.get("files") or ())
    requests = desk.acts.says(
        given["user"],
        given["text"],
        channel=given["channel"],
        thread=given.get("thread"),
        files=dropped,
    )
    desk.act.courier.events(requests)


async def _edit(desk: Desk, given: Json) -> None:
    message = _own(desk, given)
    desk.act.courier.events([desk.acts.edits(message, given["text"])])


async def _delete(desk: Desk, given: Json) -> None:
    desk.act.courier.events([desk.acts.deletes(_own(desk, given))])


async def _react(desk: Desk, given: Json) -> None:
    """An emoji is put on a message; a second time it is taken back, of which the app hears nothing.

    (Its manifest asks for `reaction_added` alone.)
    """
    user, emoji = given["user"], given["emoji"]
    message = desk.message(given["channel"], given["ts"])
    if not reactions.take_back(message, user, emoji):
        desk.act.courier.events([desk.acts.reacts(user, message, emoji)])


async def _press(desk: Desk, given: Json) -> Any:
    """A control in a message, in the topmost modal, or in the home tab."""
    where: Json = {}
    match given["in"]:
        case "message":
            where["message"] = desk.message(given["channel"], given["ts"])
        case "modal":
            where["view"] = {**desk.view(given["user"]), "state": {"values": given.get("values") or {}}}
        case "home":
            where["view"] = desk.slack.homes[given["user"]]
    request = desk.acts.presses(
        given["user"],
        given["element"]["action_id"],
        element={name: value for name, value in given["element"].items() if name != "action_id"},
        block_id=given.get("block", ""),
        **where,
    )
    return await desk.act.courier.interaction(request)


async def _submit(desk: Desk, given: Json) -> Any:
    """The topmost modal is sent in; what the app answers decides what becomes of it."""
    user, view = given["user"], desk.view(given["user"])
    request = desk.acts.submits(user, view, given["values"])
    answer = await desk.act.courier.interaction(request)
    if answer["status"] == 200:  # noqa: PLR2004 - HTTP's own word for it
        desk.acts.answered(user, view, answer)
    return answer


async def _close(desk: Desk, given: Json) -> None:
    view = desk.view(given["user"])
    told = desk.acts.closes(given["user"], view)
    if told is not None:
        await desk.act.courier.interaction(told)


async def _command(desk: Desk, given: Json) -> Any:
    name, _, words = given["text"].partition(" ")
    request = desk.acts.commands(given["user"], words, channel=given["channel"], command=name)
    return await desk.act.courier.interaction(request)


async def _shortcut(desk: Desk, given: Json) -> Any:
    message = desk.message(given["channel"], given["ts"]) if "ts" in given else None
    request = desk.acts.uses_shortcut(given["user"], given["callback"], message=message)
    return await desk.act.courier.interaction(request)


async def _home(desk: Desk, given: Json) -> None:
    desk.act.courier.events([desk.acts.opens_home(given["user"], tab=given["tab"])])


async def _day(desk: Desk, given: Json) -> None:
    await desk.stage.move_to(desk.stage.moment(given["on"]) if given.get("on") else None)
    await desk.turn()


async def _again(desk: Desk, given: Json) -> None:
    del given
    await desk.stage.begin()
    await desk.turn()


async def _weather(desk: Desk, given: Json) -> None:
    desk.slack.away = bool(given["away"])
    weather = desk.act.courier.weather
    weather.twice, weather.reversed = bool(given["twice"]), bool(given["reversed"])
    weather.late = min(10.0, max(0.0, float(given["late"])))


def _own(desk: Desk, given: Json) -> Json:
    message = desk.message(given["channel"], given["ts"])
    if message.get("user") != given["user"]:
        raise WrongError("that message is somebody else's")
    return message


# size: a flat list, one function for each thing that the page can ask for
DO: dict[str, Do] = {
    "say": _say,
    "edit": _edit,
    "delete": _delete,
    "react": _react,
    "press": _press,
    "submit": _submit,
    "close": _close,
    "command": _command,
    "shortcut": _shortcut,
    "home": _home,
    "day": _day,
    "again": _again,
    "weather": _weather,
}
