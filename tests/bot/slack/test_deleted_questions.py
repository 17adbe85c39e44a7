"""A question that was deleted before it was answered."""

from tests.bot.way import FAQ, PERSON, Way

QUESTION = "what are the criteria for top rated"


async def test_a_question_deleted_before_its_answer_is_not_answered(way: Way) -> None:
    [asked] = way.slack.acts.says(PERSON, QUESTION)
    await way.send(asked)
    message = way.slack.messages[way.slack.people.dm(PERSON)][-1]
    await way.bring(way.slack.acts.deletes(message))
    assert way.slack.posted() == []


async def test_a_question_deleted_in_a_channel_is_not_answered_either(way: Way) -> None:
    for request in way.slack.acts.says(PERSON, QUESTION, channel=FAQ):
        await way.send(request)
    message = way.slack.messages[FAQ][-1]
    await way.bring(way.slack.acts.deletes(message))
    assert way.slack.posted() == []


async def test_a_reply_whose_question_vanished_meanwhile_does_not_stay_at_the_channels_root(way: Way) -> None:
    for request in way.slack.acts.says(PERSON, QUESTION, channel=FAQ):
        await way.send(request)
    way.slack.acts.deletes(way.slack.messages[FAQ][-1])  # Slack's event of it is still on its way
    await way.laurel.delivery.drain()
    assert way.slack.posted(FAQ) == []
    assert way.slack.called("chat.delete")
