"""The Web API methods of the stand-in: each takes the workspace and the arguments, and returns the answer."""

from bot.playground import files, messages, oauth, views
from bot.playground.api import Answer, ApiError, Arguments, Method, known
from bot.playground.state import State


def auth_test(slack: State, arguments: Arguments) -> Answer:
    """Who the token belongs to."""
    del arguments
    return {
        "url": "https://laurel.slack.com/",
        "team": "Laurel",
        "team_id": slack.team,
        "user": "laurel",
        "user_id": slack.bot_user,
        "bot_id": slack.bot_id,
        "is_enterprise_install": False,
    }


def conversations_open(slack: State, arguments: Arguments) -> Answer:
    """The DM with a user."""
    user = str(arguments.get("users", ""))
    if user not in slack.people.users:
        raise ApiError("user_not_found")
    if slack.people.users[user]["deleted"]:
        raise ApiError("user_disabled")
    return {"channel": {"id": slack.people.dm(user)}}


def members(slack: State, arguments: Arguments) -> Answer:
    """Who is in a channel."""
    return {"members": slack.people.members[known(slack, arguments)]}


def conversations_info(slack: State, arguments: Arguments) -> Answer:
    """What a channel is."""
    return {"channel": slack.people.channels[known(slack, arguments)]}


def users_info(slack: State, arguments: Arguments) -> Answer:
    """Who somebody is."""
    user = slack.people.users.get(str(arguments.get("user")))
    if user is None:
        raise ApiError("user_not_found")
    return {"user": user}


def lookup_by_email(slack: State, arguments: Arguments) -> Answer:
    """Who has this address."""
    for user in slack.people.users.values():
        if user["profile"]["email"] == arguments.get("email"):
            return {"user": user}
    raise ApiError("users_not_found")


def group_users(slack: State, arguments: Arguments) -> Answer:
    """Who is in a user group."""
    group = slack.people.groups.get(str(arguments.get("usergroup")))
    if group is None:
        raise ApiError("no_such_subteam")
    return {"users": group}


def nothing(slack: State, arguments: Arguments) -> Answer:
    """Accepted, without consequence here."""
    del slack, arguments
    return {}


METHODS: dict[str, Method] = {
    "api.test": nothing,
    "assistant.threads.setStatus": views.set_status,
    "assistant.threads.setSuggestedPrompts": views.set_prompts,
    "assistant.threads.setTitle": nothing,
    "auth.test": auth_test,
    "chat.delete": messages.delete,
    "chat.getPermalink": messages.get_permalink,
    "chat.postEphemeral": messages.post_ephemeral,
    "chat.postMessage": messages.post_message,
    "chat.update": messages.update,
    "oauth.v2.access": oauth.access,
    "conversations.history": messages.history,
    "conversations.info": conversations_info,
    "conversations.members": members,
    "conversations.open": conversations_open,
    "conversations.replies": messages.replies,
    "files.completeUploadExternal": files.complete_upload,
    "files.getUploadURLExternal": files.upload_url,
    "files.info": files.info,
    "response": messages.respond,
    "reactions.add": messages.reactions_add,
    "reactions.remove": messages.reactions_remove,
    "usergroups.users.list": group_users,
    "users.info": users_info,
    "users.lookupByEmail": lookup_by_email,
    "views.open": views.views_open,
    "views.publish": views.views_publish,
    "views.push": views.views_push,
    "views.update": views.views_update,
}
