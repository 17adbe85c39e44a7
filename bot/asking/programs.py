"""Tables of programs: one program, one row over all of them, or several side by side.

The tables themselves come from `k` (knowledge.views); here it is decided which ones a question means.
"""

from bot.asking.question import Question
from bot.messages import Reply

PAIR = 2  # a comparison takes two


async def overview(question: Question) -> Reply:
    """Which programs there are on the day, or what one of them is."""
    return question.reply()


async def criteria(question: Question) -> Reply:
    """What a program asks for; asks back which one where none is named."""
    return await _table(question)


async def perks(question: Question) -> Reply:
    """What a program brings; asks back which one where none is named."""
    return await _table(question)


async def compare(question: Question) -> Reply:
    """Two or more programs side by side; all that run on the day where fewer are named."""
    named = question.common()["programs"]
    if len(named) < PAIR:
        running = [view.id for view in question.k.overview() if view.exists]
        named = named + [name for name in running if name not in named]
    return question.reply(compared=named)


async def perk(question: Question) -> Reply:
    """One perk over all programs: who has it. The intent's name is the perk's (`perk.forum`)."""
    return question.reply(perk=question.intent.id.partition(".")[2])


async def _table(question: Question) -> Reply:
    if question.programs:
        return question.reply()
    running = [view for view in question.k.overview() if view.exists]
    return Reply("replies/which_program.j2", {**question.common(), "running": running})
