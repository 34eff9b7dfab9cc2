"""The Web API methods of the stand-in for views, streams and files."""

from __future__ import annotations

from tests.stand_ins.slack.methods import Method, Refused, checked, place, writable
from tests.stand_ins.slack.rules import broken_view
from tests.stand_ins.slack.workspace import BOT, BOT_ID, Json, OpenView, Workspace

TRIGGER_SECONDS = 3.0
STACK = 3
STREAM_TEXT = 12_000


def views_open(slack: Workspace, body: Json) -> Json:
    return _show(slack, body, under=None)


def views_push(slack: Workspace, body: Json) -> Json:
    user = slack.triggers.get(str(body.get("trigger_id")), (0, ""))[1]
    opened = [view for view in slack.views.values() if view.user == user]
    if len(opened) >= STACK:
        raise Refused("push_limit_reached")
    return _show(slack, body, under=opened[-1] if opened else None)


def _show(slack: Workspace, body: Json, *, under: OpenView | None) -> Json:
    view = _checked(body)
    user = _spend(slack, str(body.get("trigger_id", "")))
    name = slack.new_id("V")
    shown = OpenView(name, user, view, slack.new_id("hash."), under.root if under else name)
    if under is None:
        for old in [one.id for one in slack.views.values() if one.user == user]:
            del slack.views[old]
    slack.views[name] = shown
    return {"view": seen(shown)}


def _spend(slack: Workspace, trigger: str) -> str:
    """The person a trigger id came from. It works once, within three seconds."""
    made = slack.triggers.pop(trigger, None)
    if made is None:
        raise Refused("exchanged_trigger_id" if trigger else "invalid_trigger_id")
    if slack.clock() - made[0] > TRIGGER_SECONDS:
        raise Refused("expired_trigger_id")
    return made[1]


def views_update(slack: Workspace, body: Json) -> Json:
    view = _checked(body)
    shown = slack.views.get(str(body.get("view_id")))
    if shown is None:
        raise Refused("not_found")
    if body.get("hash") and body["hash"] != shown.hash:
        raise Refused("hash_conflict")
    return {"view": seen(changed(slack, shown, view))}


def changed(slack: Workspace, shown: OpenView, view: Json) -> OpenView:
    """The view in place of what it showed; its hash changes with it."""
    shown.view, shown.hash = view, slack.new_id("hash.")
    return shown


def views_publish(slack: Workspace, body: Json) -> Json:
    view = _checked(body)
    if view["type"] != "home":
        raise Refused("invalid_arguments", ["only a home can be published"])
    slack.homes[str(body["user_id"])] = view
    return {"view": view}


def _checked(body: Json) -> Json:
    view = body.get("view") or {}
    problems = broken_view(view)
    if problems:
        raise Refused("invalid_arguments", problems)
    return dict(view)


def seen(shown: OpenView) -> Json:
    """A view as payloads carry it."""
    return {**shown.view, "id": shown.id, "hash": shown.hash, "root_view_id": shown.root, "state": {"values": {}}}


def start_stream(slack: Workspace, body: Json) -> Json:
    channel = writable(slack, body)
    if not body.get("thread_ts"):
        raise Refused("invalid_thread_ts", ["a stream is a reply to a request"])
    if channel.kind != "im" and not (body.get("recipient_user_id") and body.get("recipient_team_id")):
        raise Refused("missing_recipient_team_id", ["streaming in a channel needs the recipient"])
    text = _stream_text(body)
    message: Json = {"type": "message", "user": BOT, "bot_id": BOT_ID, "text": text, "ts": slack.new_ts(),
                     "thread_ts": body["thread_ts"], "streamed": True}  # fmt: skip
    channel.messages.append(message)
    slack.streams.add(message["ts"])
    return {"channel": channel.id, "ts": message["ts"]}


def append_stream(slack: Workspace, body: Json) -> Json:
    message = _streaming(slack, body)
    message["text"] += _stream_text(body)
    return {"channel": body["channel"], "ts": message["ts"]}


def stop_stream(slack: Workspace, body: Json) -> Json:
    message = _streaming(slack, body)
    message["text"] += _stream_text(body)
    if body.get("blocks"):
        message["blocks"] = checked({"text": message["text"] or "-", "blocks": body["blocks"]})
    if body.get("metadata"):
        message["metadata"] = body["metadata"]
    slack.streams.discard(message["ts"])
    return {"channel": body["channel"], "ts": message["ts"], "message": message}


def _streaming(slack: Workspace, body: Json) -> Json:
    channel = place(slack, body)
    message = slack.message(channel.id, str(body.get("ts")))
    if message is None:
        raise Refused("message_not_found")
    if message["ts"] not in slack.streams:
        raise Refused("message_not_in_streaming_state")
    return message


def _stream_text(body: Json) -> str:
    text = str(body.get("markdown_text") or "")
    if len(text) > STREAM_TEXT:
        raise Refused("msg_too_long")
    return text


def get_upload_url(slack: Workspace, body: Json) -> Json:
    if not body.get("filename") or int(body.get("length") or 0) <= 0:
        raise Refused("invalid_arguments")
    file = slack.new_id("F")
    slack.uploads[file] = b""
    return {"file_id": file, "upload_url": f"{body['_root']}/upload/{file}"}


def complete_upload(slack: Workspace, body: Json) -> Json:
    files = body.get("files") or []
    for one in files:
        if not slack.uploads.get(one["id"]):
            raise Refused("file_not_found", ["nothing was uploaded"])
        slack.files[one["id"]] = {"id": one["id"], "title": one.get("title", ""), "channel": body.get("channel_id")}
    return {"files": [slack.files[one["id"]] for one in files]}


METHODS: dict[str, Method] = {
    "views.open": views_open,
    "views.push": views_push,
    "views.update": views_update,
    "views.publish": views_publish,
    "chat.startStream": start_stream,
    "chat.appendStream": append_stream,
    "chat.stopStream": stop_stream,
    "files.getUploadURLExternal": get_upload_url,
    "files.completeUploadExternal": complete_upload,
}
