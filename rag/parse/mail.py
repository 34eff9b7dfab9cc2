"""Mail (.eml): the headers people read, the text of the body, the names of what was attached."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage, MIMEPart

from rag.parse.decode import clean, to_text
from rag.parse.html import read_html
from rag.parse.lines import Lines
from rag.parse.plain import outline
from rag.parse.reading import ParseError, Reading, Transcript, storable

_MACHINERY = (
    "received", "dkim", "arc-", "x-", "return-path", "content-", "mime-version", "authentication", "message-id",
    "references", "in-reply-to", "delivered-to", "list-", "thread-", "user-agent",
)  # fmt: skip
_MAX_PARTS = 200


def read_mail(content: bytes) -> Reading:
    """Subject as title, headers as meta; plain text is preferred to HTML. Attachments are named, not opened."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    if not isinstance(message, EmailMessage) or not message.keys():
        raise ParseError("not a mail: expected header lines such as `From:` and `Date:` at the top")
    meta = _meta(message)
    transcript = Transcript()
    transcript.add("paragraph", "\n".join(f"{key}: {value}" for key, value in meta.items()))
    for part in _body(message):
        transcript.add_reading(part)
    names = [clean(part.get_filename() or "without a name", 200) for part in message.iter_attachments()]
    transcript.add("paragraph", f"Attachments: {', '.join(names)}" if names else "")
    return transcript.reading(meta=meta, title=str(meta.get("Subject", "")))


def _meta(message: EmailMessage) -> dict[str, object]:
    meta: dict[str, object] = {}
    for key, value in message.items():
        if key.lower().startswith(_MACHINERY):
            continue
        if key in meta and key.lower() == "readers":
            meta[key] = ""  # two statements about who may read allow nobody
        meta.setdefault(key, clean(str(value)))
    return meta


def _body(message: EmailMessage) -> list[Reading]:
    if sum(1 for _ in message.walk()) > _MAX_PARTS:
        raise ParseError(f"a mail of more than {_MAX_PARTS} parts")
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return []
    text = _text(part)
    if part.get_content_subtype() == "html":
        return [read_html(text)]
    lines = Lines(text)
    return [Reading(text, tuple(outline(lines, 0)))]


def _text(part: MIMEPart) -> str:
    content = part.get_payload(decode=True)
    raw = content if isinstance(content, bytes) else b""
    try:
        return storable(raw.decode(part.get_content_charset() or "utf-8")).replace("\r\n", "\n").rstrip()
    except (LookupError, UnicodeDecodeError):
        return to_text(raw).rstrip()
