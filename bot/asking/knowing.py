"""What the knowledge says on one day, for one reply: what was said is remembered, so that it can be sourced.

Templates get it as `k`. Its methods are those of `knowledge.views`, with the day (and, where left out, the
audience) filled in. Facts of programs and topics count as said when a template reads them.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from knowledge import views
from knowledge.display import Behind, Shown, SourceView
from knowledge.model import Knowledge
from knowledge.tables import ProgramView, Table, TopicView

SAID_LIMIT = 2000  # characters of a button's value


@dataclass(frozen=True, slots=True)
class Credit:
    """A source as the line below a reply names it."""

    id: str
    title: str
    kind: str
    dated: str
    link: str | None


class _Noting(dict[str, Shown]):
    """The facts of a view by id; reading one notes it."""

    def __init__(self, known: "Known", path: str, facts: Mapping[str, Shown]) -> None:
        super().__init__(facts)
        self._known, self._path = known, path

    def __getitem__(self, name: str) -> Shown:
        return self._known.note(f"{self._path}.{name}", super().__getitem__(name))


class Known:
    """The knowledge on `day`, as seen by somebody of `audience`."""

    def __init__(
        self, knowledge: Knowledge, day: dt.date, *, today: dt.date, audience: str = "freelancer"
    ) -> None:
        self.knowledge = knowledge
        self.day = day
        self.today = day == today
        self.audience = audience
        self._said: dict[str, list[Shown]] = {}

    def program(self, name: str, audience: str | None = None) -> ProgramView:
        """One program; its tables count as said when they are taken from `criteria` or `perks` here."""
        view = views.program(self.knowledge, name, self.day, audience or self.audience)
        return replace(view, facts=_Noting(self, f"{name}.facts", view.facts))

    def overview(self, audience: str | None = None) -> list[ProgramView]:
        """All programs, those that do not exist on the day too."""
        found = [self.program(name, audience) for name in self.knowledge.programs]
        for view in found:
            self.note(f"{view.id}.existence", view.existence)
        return found

    def criteria(self, name: str, audience: str | None = None) -> Table:
        """What a program asks for."""
        return self.compare([name], audience, kind="criteria")

    def perks(self, name: str, audience: str | None = None) -> Table:
        """What a program brings."""
        return self.compare([name], audience, kind="perks")

    def compare(self, names: Sequence[str], audience: str | None = None, *, kind: views.Kind) -> Table:
        """The programs side by side."""
        whom = audience or self.audience
        table = views.compare(self.knowledge, names, self.day, whom, kind=kind)
        return self._note_table(f"{kind}:{'+'.join(names)}:{whom}", table)

    def across(self, row: str, audience: str | None = None) -> Table:
        """One criterion or perk over all programs; both audiences where none is named."""
        table = views.across(self.knowledge, row, self.day, audience)
        return self._note_table(f"across:{row}:{audience or ''}", table)

    def topic(self, name: str) -> TopicView:
        """One topic."""
        view = views.topic(self.knowledge, name, self.day)
        return replace(view, facts=_Noting(self, name, view.facts))

    def fact(self, path: str) -> Shown:
        """One cell by its path."""
        return self.note(path, views.fact(self.knowledge, path, self.day))

    def thresholds(self, audience: str | None = None) -> list[tuple[str, str, str]]:
        """Per category the size of a large contract."""
        whom = audience or self.audience
        self.fact(f"top_rated_plus.criteria.large_contract.{whom}")
        return views.thresholds(self.knowledge, self.day, whom)

    def note(self, path: str, shown: Shown) -> Shown:
        """Remember that `shown` was said."""
        self._said.setdefault(path, [shown])
        return shown

    def cite(self, sources: Sequence[str]) -> None:
        """Remember sources that were used otherwise, as by a verdict."""
        for name in sources:
            self._said.setdefault(f"source:{name}", [])

    @property
    def sources(self) -> list[SourceView]:
        """The sources of what was said, each once, in order; of each fact the one it rests on first."""
        found: dict[str, SourceView] = {}
        for path, cells in self._said.items():
            if path.startswith("source:"):
                view = self._source(path.removeprefix("source:"))
                found.setdefault(view.id, view)
            for cell in cells:
                for source in cell.sources[:1]:
                    found.setdefault(source.id, source)
        return list(found.values())

    @property
    def credits(self) -> list[Credit]:
        """The sources of what was said, as a line names them."""
        undated = self.knowledge.wording.symbols["undated"]
        return [Credit(s.id, s.title, s.kind, s.date or undated, s.link) for s in self.sources]

    @property
    def said(self) -> str:
        """What was said, short enough for a button's value; `behind` reads it again."""
        text = f"{self.day}|"
        for path in self._said:
            if len(text) + len(path) + 1 > SAID_LIMIT:
                break
            text += f"{path} "
        return text.strip()

    def behind(self, said: str) -> Iterator[tuple[str, Behind]]:
        """Every statement behind what was `said`, with the label of its row. Unknown paths are left out."""
        for path in said.partition("|")[2].split():
            kind, _, rest = path.partition(":")
            names, _, audience = rest.partition(":")
            try:
                match kind:
                    case "criteria" | "perks":
                        yield from self.compare(names.split("+"), audience, kind=kind).behind
                    case "across":
                        yield from self.across(names, audience or None).behind
                    case "source":
                        continue
                    case _:
                        located = self.knowledge.located(path)
                        label = located.row.label if located.row else located.path
                        yield from ((label, one) for one in self.fact(path).behind)
            except KeyError:  # the button is older than the knowledge
                continue

    def _note_table(self, path: str, table: Table) -> Table:
        self._said.setdefault(path, [cell for line in table.lines for cell in line.cells])
        return table

    def _source(self, name: str) -> SourceView:
        from knowledge.display import source_view

        return source_view(self.knowledge.wording, self.knowledge.sources[name])
