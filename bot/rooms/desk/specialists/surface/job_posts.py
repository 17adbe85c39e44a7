"""Job post drafts in Slack: one form for new and edited drafts, and the buttons that pass them on."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.messages import Who
from bot.roles import Role
from bot.rooms.desk.specialists import drafts, job_posts, posts
from bot.rooms.desk.specialists.posts import Drafting
from bot.rooms.desk.specialists.room import SpecialistsError
from bot.rooms.desk.specialists.surface.talks import Floor, refusal
from bot.rooms.desk.specialists.tables import JobPost
from bot.surfaces import Pressed, Submitted, Surfaces, View, number, pack, unpack

Act = Callable[[AsyncSession, int], Awaitable[Any]]


class JobPostForms:
    """Shows drafts, and takes what is written of them."""

    def __init__(self, floor: Floor, categories: Mapping[str, str]) -> None:
        self._floor = floor
        self._room = floor.room
        self._drafting = Drafting(floor.room, categories)

    def surfaces(self) -> Surfaces:
        """What this room takes."""
        return Surfaces(
            openers={
                "job_post.open": self._form,
                "job_post.edit": self._edit_form,
                "job_post.versions": self._versions,
            },
            updates={"job_post.version": self._versions, "job_post.base": self._versions},
            checks={"job_post.new": self._checked, "job_post.edit": self._checked_edit},
            forms={"job_post.new": self._created, "job_post.edit": self._edited},
        )

    async def _form(self, pressed: Pressed, now: datetime) -> View:
        """A new draft; the button may name a category."""
        del now
        return self._view("job_post.new", {"category": pressed.value}, "")

    async def _edit_form(self, pressed: Pressed, now: datetime) -> View:
        """The newest version to be edited; the button may name an older one to go on from."""
        del now
        post_id, _, older = pressed.value.partition(":")
        try:
            async with self._floor.counter.store.read() as session:
                post = await posts.by_id(session, number(post_id), pressed.who.team)
                await job_posts.check_edit(session, post, pressed.who)
                version = await posts.version(session, post, number(older) or post.version)
        except SpecialistsError as error:
            return View("desk/specialists/refused_modal.j2", refusal(error.why, by=error.by))
        return self._view("job_post.edit", version.fields, pack(post=post.key, base=post.version))

    async def _versions(self, pressed: Pressed, now: datetime) -> View:
        """A version beside another one; the menus of the modal choose which."""
        del now
        chosen = unpack(pressed.metadata) or {"post": number(pressed.value)}
        if pressed.action in {"job_post.version", "job_post.base"}:
            chosen[pressed.action.partition(".")[2]] = number(pressed.value)
        try:
            async with self._floor.counter.store.read() as session:
                post = await posts.by_id(session, chosen.get("post") or 0, pressed.who.team)
                await self._require_reader(post, pressed.who)
                context = await posts.history(
                    session,
                    self._drafting,
                    post,
                    shown=chosen.get("version"),
                    base=chosen.get("base"),
                )
                edits = await job_posts.may_edit(session, post, pressed.who)
        except SpecialistsError as error:
            return View("desk/specialists/refused_modal.j2", refusal(error.why, by=error.by))
        return View(
            "desk/specialists/versions_modal.j2", {**context, "edits": edits, "metadata": pack(**chosen)}
        )

    async def _require_reader(self, post: JobPost, who: Who) -> None:
        """Raises SpecialistsError for whom this draft does not concern."""
        if who.user != post.person:
            await self._floor.require(who, Role.SPECIALIST)
            if not posts.is_shared(post):
                raise SpecialistsError("unknown")

    def _view(self, form: str, values: Mapping[str, Any], metadata: str) -> View:
        categories = [(title, name) for name, title in self._drafting.categories.items()]
        context = {
            "form": form,
            "fields": self._room.content.job_post.fields,
            "values": values,
            "categories": categories,
            "metadata": metadata,
        }
        return View("desk/specialists/job_post_modal.j2", context)

    async def _checked(self, form: Submitted, now: datetime) -> Mapping[str, str]:
        del now
        words = self._room.renderer.text("desk/specialists/mistake.j2", {"what": "missing"})
        return dict.fromkeys(drafts.missing(self._room.content.job_post, form.fields), words)

    async def _checked_edit(self, form: Submitted, now: datetime) -> Mapping[str, str]:
        """As for a new one; who would overwrite another's words is told while theirs are still there."""
        metadata = unpack(form.metadata)
        try:
            async with self._floor.counter.store.read() as session:
                post = await posts.by_id(session, metadata.get("post") or 0, form.who.team)
                await job_posts.check_edit(session, post, form.who, metadata.get("base"))
        except SpecialistsError as error:
            words = self._room.renderer.text(
                "desk/specialists/refused_words.j2", refusal(error.why, by=error.by)
            )
            return {self._room.content.job_post.fields[0].id: words}
        return await self._checked(form, now)

    async def _created(self, session: AsyncSession, form: Submitted, now: datetime) -> None:
        await job_posts.create(
            session, self._drafting, key=form.key, who=form.who, fields=form.fields, now=now
        )

    async def _edited(self, session: AsyncSession, form: Submitted, now: datetime) -> None:
        metadata = unpack(form.metadata)
        try:
            await job_posts.edit(
                session,
                self._drafting,
                metadata.get("post") or 0,
                form.who,
                key=form.key,
                base=metadata.get("base") or 0,
                fields=form.fields,
                now=now,
            )
        except SpecialistsError as error:
            given = drafts.read(self._room.content.job_post, form.fields)
            words = "\n\n".join(given.values())
            await self._floor.refuse(session, form, error.why, now, by=error.by, words=words)


class JobPostButtons:
    """Takes what is pressed below drafts."""

    def __init__(self, floor: Floor, categories: Mapping[str, str]) -> None:
        self._floor = floor
        self._drafting = Drafting(floor.room, categories)

    def surfaces(self) -> Surfaces:
        """What this part takes."""
        return Surfaces(
            presses={
                "job_post.ask": self._ask,
                "job_post.take": self._take,
                "job_post.back": self._back,
                "job_post.finish": self._finish,
            }
        )

    async def _ask(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        async def act(session: AsyncSession, post_id: int) -> None:
            who = pressed.who
            await job_posts.ask(session, self._drafting, post_id, who, key=pressed.key, now=now)

        await self._act(session, pressed, act, now)

    async def _take(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        async def act(session: AsyncSession, post_id: int) -> None:
            await self._floor.require(pressed.who, Role.SPECIALIST)
            await job_posts.take(session, self._drafting, post_id, pressed.who, now)

        await self._act(session, pressed, act, now)

    async def _back(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        async def act(session: AsyncSession, post_id: int) -> None:
            who = pressed.who
            await job_posts.hand_back(session, self._drafting, post_id, who, key=pressed.key, now=now)

        await self._act(session, pressed, act, now)

    async def _finish(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        async def act(session: AsyncSession, post_id: int) -> None:
            await job_posts.finish(session, self._drafting, post_id, pressed.who, now)

        await self._act(session, pressed, act, now)

    async def _act(self, session: AsyncSession, pressed: Pressed, act: Act, now: datetime) -> None:
        try:
            await act(session, number(pressed.value))
        except SpecialistsError as error:
            await self._floor.refuse(session, pressed, error.why, now, by=error.by)
