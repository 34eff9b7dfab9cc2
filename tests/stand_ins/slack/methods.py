"""The Web API methods of the stand-in that read people and places and write messages."""

from __future__ import annotations

from collections.abc import Callable

from tests.stand_ins.slack.rules import broken_rules
from tests.stand_ins.slack.workspace import APP, BOT, BOT_ID, TEAM, Channel, Json, User, Workspace

Method = Callable[[Workspace, Json], Json]


class Refused(Exception):  # noqa: N818 (an answer of the API)
    """The API says no: `error` as Slack names it, `why` for a person reading a failed test."""

    def __init__(self, error: str, why: list[str] | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.why = why or []


def place(slack: Workspace, body: Json) -> Channel:
    channel = slack.channels.get(str(body.get("channel", "")))
    if channel is None:
        raise Refused("channel_not_found")
    return channel


def writable(slack: Workspace, body: Json) -> Channel:
    channel = place(slack, body)
    if channel.archived:
        raise Refused("is_archived")
    if BOT not in channel.members:
        raise Refused("not_in_channel")
    return channel


def auth_test(slack: Workspace, body: Json) -> Json:
    return {"team_id": TEAM, "team": "Acme", "user_id": BOT, "user": "gatehouse", "bot_id": BOT_ID, "app_id": APP,
            "url": "https://acme.slack.com/"}  # fmt: skip


def bots_info(slack: Workspace, body: Json) -> Json:
    return {"bot": {"id": BOT_ID, "app_id": APP, "user_id": BOT}}


def checked(body: Json) -> list[Json]:
    """The blocks of a message, refused when they break a rule."""
    blocks, text = body.get("blocks") or [], str(body.get("text") or "")
    if not blocks and not text:
        raise Refused("no_text")
    if len(text) > 40_000:
        raise Refused("msg_too_long")
    problems = broken_rules(blocks, surface="message")
    if problems:
        raise Refused("msg_blocks_too_long" if "msg_blocks_too_long" in problems else "invalid_blocks", problems)
    if blocks and not text:
        raise Refused("no_text", ["blocks without a text say nothing to a screen reader"])
    return list(blocks)


def chat_post_message(slack: Workspace, body: Json) -> Json:
    blocks = checked(body)
    channel = writable(slack, body)
    thread = body.get("thread_ts")
    if thread and slack.message(channel.id, thread) is None:
        raise Refused("thread_not_found")
    for block in blocks:
        if block["type"] == "image" and "slack_file" in block and block["slack_file"]["id"] not in slack.files:
            raise Refused("invalid_blocks", ["slack_file is not known"])
    message: Json = {"type": "message", "user": BOT, "bot_id": BOT_ID, "text": body["text"], "blocks": blocks,
                     "ts": slack.new_ts(), "unfurl_links": body.get("unfurl_links", True)}  # fmt: skip
    message |= {"thread_ts": thread} if thread else {}
    message |= {"metadata": metadata_of(body)} if body.get("metadata") else {}
    channel.messages.append(message)
    return {"channel": channel.id, "ts": message["ts"], "message": message}


def metadata_of(body: Json) -> Json:
    metadata = body["metadata"]
    if not isinstance(metadata, dict) or not {"event_type", "event_payload"} <= set(metadata):
        raise Refused("invalid_metadata_format")
    return metadata


def chat_update(slack: Workspace, body: Json) -> Json:
    blocks = checked(body)
    channel = writable(slack, body)
    message = slack.message(channel.id, str(body.get("ts")))
    if message is None:
        raise Refused("message_not_found")
    if message.get("user") != BOT:
        raise Refused("cant_update_message")
    if message["ts"] in slack.streams:
        raise Refused("streaming_state_conflict")
    message |= {"text": body["text"], "blocks": blocks, "edited": {"user": BOT, "ts": slack.new_ts()}}
    if body.get("metadata"):
        message["metadata"] = metadata_of(body)
    return {"channel": channel.id, "ts": message["ts"], "text": message["text"]}


def chat_post_ephemeral(slack: Workspace, body: Json) -> Json:
    blocks = checked(body)
    channel = writable(slack, body)
    if body.get("user") not in channel.members:
        raise Refused("user_not_in_channel")
    slack.ephemeral.append({"channel": channel.id, "user": body["user"], "text": body["text"], "blocks": blocks})
    return {"message_ts": slack.new_ts()}


def chat_get_permalink(slack: Workspace, body: Json) -> Json:
    channel = place(slack, body)
    if slack.message(channel.id, str(body.get("message_ts"))) is None:
        raise Refused("message_not_found")
    return {"permalink": f"https://acme.slack.com/archives/{channel.id}/p{str(body['message_ts']).replace('.', '')}"}


def conversations_open(slack: Workspace, body: Json) -> Json:
    user = slack.users.get(str(body.get("users")))
    if user is None:
        raise Refused("user_not_found")
    if user.deactivated:
        raise Refused("user_disabled")
    return {"channel": {"id": slack.direct(user.id).id}}


def conversations_info(slack: Workspace, body: Json) -> Json:
    channel = place(slack, body)
    return {"channel": {
        "id": channel.id, "name": channel.name, "is_archived": channel.archived, "num_members": len(channel.members),
        "is_channel": channel.kind in ("public", "private"), "is_private": channel.kind != "public",
        "is_im": channel.kind == "im", "is_mpim": channel.kind == "mpim", "is_group": False,
        "is_shared": channel.shared, "is_ext_shared": channel.shared, "is_org_shared": False,
        "is_pending_ext_shared": channel.pending_shared, "is_member": BOT in channel.members,
        **({"user": next((m for m in channel.members if m != BOT), "")} if channel.kind == "im" else {}),
    }}  # fmt: skip


def conversations_members(slack: Workspace, body: Json) -> Json:
    channel = place(slack, body)
    start, limit = int(body.get("cursor") or 0), int(body.get("limit") or 100)
    page = channel.members[start : start + limit]
    more = str(start + limit) if start + limit < len(channel.members) else ""
    return {"members": page, "response_metadata": {"next_cursor": more}}


def conversations_history(slack: Workspace, body: Json) -> Json:
    channel = place(slack, body)
    found = [m for m in reversed(channel.messages) if "thread_ts" not in m or m["thread_ts"] == m["ts"]]
    return _history(found, body)


def conversations_replies(slack: Workspace, body: Json) -> Json:
    channel = place(slack, body)
    thread = str(body.get("ts"))
    if slack.message(channel.id, thread) is None:
        raise Refused("thread_not_found")
    return _history([m for m in channel.messages if thread in (m["ts"], m.get("thread_ts"))], body)


def _history(messages: list[Json], body: Json) -> Json:
    oldest = float(body.get("oldest") or 0)
    kept = [message for message in messages if float(message["ts"]) > oldest][: int(body.get("limit") or 100)]
    if str(body.get("include_all_metadata")).lower() not in ("true", "1"):
        kept = [{key: value for key, value in message.items() if key != "metadata"} for message in kept]
    return {"messages": kept, "has_more": False}


def users_info(slack: Workspace, body: Json) -> Json:
    user = slack.users.get(str(body.get("user")))
    if user is None:
        raise Refused("user_not_found")
    return {"user": described(user)}


def described(user: User) -> Json:
    return {
        "id": user.id, "team_id": user.team, "name": user.name, "deleted": user.deactivated, "is_bot": user.bot,
        "is_restricted": user.restricted, "is_ultra_restricted": False, "is_stranger": user.team != TEAM,
        "profile": {"real_name": user.name, "email": user.email, "team": user.team},
    }  # fmt: skip


def set_status(slack: Workspace, body: Json) -> Json:
    writable(slack, {"channel": body.get("channel_id")})
    if not body.get("thread_ts"):
        raise Refused("invalid_thread_ts")
    slack.statuses.append({"channel": body["channel_id"], "thread_ts": body["thread_ts"], "status": body["status"]})
    return {}


METHODS: dict[str, Method] = {
    "auth.test": auth_test,
    "bots.info": bots_info,
    "chat.postMessage": chat_post_message,
    "chat.update": chat_update,
    "chat.postEphemeral": chat_post_ephemeral,
    "chat.getPermalink": chat_get_permalink,
    "conversations.open": conversations_open,
    "conversations.info": conversations_info,
    "conversations.members": conversations_members,
    "conversations.history": conversations_history,
    "conversations.replies": conversations_replies,
    "users.info": users_info,
    "assistant.threads.setStatus": set_status,
}
