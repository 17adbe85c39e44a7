"""The desk in Slack: its surfaces in one, and its jobs."""

from bot.room import Jobs
from bot.rooms.desk import work
from bot.rooms.desk.surface import ticket_form
from bot.rooms.desk.surface.agent_modals import AgentModals
from bot.rooms.desk.surface.agents import AgentSurface
from bot.rooms.desk.surface.counter import Counter
from bot.rooms.desk.surface.desk_home import DeskHome
from bot.rooms.desk.surface.relay import RelaySurface
from bot.rooms.desk.surface.tickets import OwnTickets
from bot.surfaces import Surfaces


class DeskRoom:
    """Everything of the desk that Slack reaches."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter
        self.form = ticket_form.TicketForm(counter)
        self.surfaces = Surfaces()
        for part in (AgentModals, AgentSurface, OwnTickets, RelaySurface, DeskHome):
            part(counter).register(self.surfaces)
        self.form.register(self.surfaces)

    @property
    def jobs(self) -> Jobs:
        """What the desk's jobs do."""
        desk = self.counter.desk
        return Jobs(
            handle=work.handlers(desk),
            send={ticket_form.GATHER: self.form.gather},
            after={**work.continuations(desk), ticket_form.OPEN: self.form.open},
            parked=(work.parked(desk),),
        )
