"""What is done with what a listener stored, each kind in one line."""

from functools import partial

from bot.asking import answering
from bot.delivery import Delivery, home_tab
from bot.slack import commands, forms, home, messages, presses, reactions
from bot.slack.front import Front
from bot.slack.respond import respond


def deliver(front: Front, delivery: Delivery) -> None:
    """Register what is done with what was stored."""
    delivery.handle(messages.KIND, partial(messages.triage, front=front))
    delivery.handle(messages.CHANGE, partial(messages.changed, front=front))
    delivery.handle(reactions.KIND, partial(reactions.handle, front=front))
    delivery.handle(presses.KIND, partial(presses.handle, front=front))
    delivery.handle(forms.KIND, partial(forms.handle, front=front))
    delivery.handle(commands.KIND, partial(commands.handle, front=front))
    delivery.handle(answering.KIND, partial(answering.resume, conversation=front.conversation))
    delivery.send(home_tab.KIND, partial(home.draw, front=front))
    delivery.after(home_tab.THEN, home.publish)
    delivery.send("slack.respond", respond)
