"""Digests by mail, for people whom no chat platform reaches: plain text with the picture attached, over SMTP.

A mail server cannot be asked whether a message arrived, so after a crash a mail may come twice; both carry the same
Message-ID, by which mail programs drop the second.
"""

from __future__ import annotations

import hashlib
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from io import StringIO

from bot.chat import Buttons, Heading, Picture, Reply
from bot.platforms.terminal.render import render

WITHIN = 20
"""Seconds a mail server may take to answer."""


@dataclass(frozen=True)
class MailServer:
    """Where mail goes. `tls`: the connection is made secure before anything is said, as any server outside asks."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = ""
    tls: bool = True


@dataclass(frozen=True)
class Mailer:
    """Sends replies as mail; `post` hands a message to the server."""

    server: MailServer
    post: Callable[[MailServer, EmailMessage], None]

    def __call__(self, reply: Reply, *, to: str, key: str) -> None:
        """Send a reply to an address; `key` names the message for all time."""
        self.post(self.server, letter(reply, to=to, sender=self.server.sender, key=key))


def letter(reply: Reply, *, to: str, sender: str, key: str) -> EmailMessage:
    """The digest as a mail."""
    message = EmailMessage()
    heading = next((part.text for part in reply.parts if isinstance(part, Heading)), "Digest")
    message["Subject"] = " ".join(f"Gatehouse: {heading}".split())
    message["From"], message["To"] = sender, to
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    message["Message-ID"] = f"<{digest}@gatehouse.invalid>"
    message.set_content(_text(reply))
    for number, picture in enumerate(part for part in reply.parts if isinstance(part, Picture)):
        message.add_attachment(picture.png, maintype="image", subtype="png", filename=f"gates-{number + 1}.png")
    return message


def _text(reply: Reply) -> str:
    from rich.console import Console

    said = Reply(tuple(part for part in reply.parts if not isinstance(part, Buttons)))
    file = StringIO()
    Console(file=file, width=78, color_system=None).print(render(said, width=78))
    return file.getvalue()


def post_by_smtp(server: MailServer, message: EmailMessage) -> None:
    """Hand a message to the mail server.

    Raises:
        OSError: It cannot be reached or refuses; the schedule tries again.
    """
    with smtplib.SMTP(server.host, server.port, timeout=WITHIN) as connection:
        if server.tls:
            connection.starttls()
        if server.user:
            connection.login(server.user, server.password)
        connection.send_message(message)
