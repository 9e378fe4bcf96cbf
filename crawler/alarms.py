"""Alarms on their way: into the store's outbox when they arise, from there by mail, webhook and command.

Nothing here can break a crawl. What could not be delivered stays in `state/alarms/` and is tried again after the next
run, and every few minutes by `schedule run`; each way is used once for each alarm.
"""

from __future__ import annotations

import hashlib
import json
import logging
import smtplib
import ssl
import subprocess
import urllib.request
from email.message import EmailMessage
from typing import TYPE_CHECKING

from archive.errors import ArchiveError, BlobNotFound
from archive.leases import Held, Leases
from crawler.clock import new_run_id, utc_now
from crawler.incidents import Alarm

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from archive.blobs import BlobStore
    from crawler.alarm_file import AlarmSettings, Email, Webhook

logger = logging.getLogger(__name__)
_FOLDER = "state/alarms/"
_LEASE = "alarms"
_PATIENCE_S = 20.0
_COMMAND_S = 60.0
# Where nobody could be told for so long, the alarm is in the log alone.
_MAX_TRIES = 200


def post(blobs: BlobStore, settings: AlarmSettings | None, alarm: Alarm) -> None:
    """Put an alarm into the outbox, where somebody is to be told of it. Raises `StoreNotUsable`."""
    if settings is None or not settings.channels or alarm.kind not in settings.kinds:
        return
    name = f"{alarm.at}-{alarm.source}-{alarm.kind}-{alarm.state}-{alarm.example}"
    key = f"{_FOLDER}{alarm.run}-{hashlib.sha256(name.encode()).hexdigest()[:12]}.json"
    blobs.put_bytes(key, _data(alarm, [], 0))


def deliver(blobs: BlobStore, settings: AlarmSettings | None) -> int:
    """Send what is in the outbox; back comes how many alarms still wait. Raises nothing."""
    if settings is None or not settings.channels:
        return 0
    leases = Leases(blobs, new_run_id(utc_now()))
    try:
        keys = [info.key for info in blobs.list(_FOLDER)]
        if not keys:
            return 0
        leases.take([_LEASE], utc_now())
    except Held:
        return 0  # another process is at it
    except ArchiveError as error:
        logger.warning("alarms are not sent now: %s", error)
        return 0
    waiting = 0
    try:
        for key in keys:
            leases.renew(utc_now())
            waiting += not _send(blobs, key, settings)
        leases.release()
    except ArchiveError as error:
        logger.warning("alarms are not all sent now: %s", error)
    return waiting


def _send(blobs: BlobStore, key: str, settings: AlarmSettings) -> bool:
    """True when an alarm went out by every way, and has left the outbox."""
    try:
        data = json.loads(blobs.get(key))
        alarm, sent, tries = Alarm.from_json(data["alarm"]), list(data["sent"]), int(data["tries"])
    except (BlobNotFound, ValueError, KeyError, TypeError) as error:
        logger.warning("%s is no alarm: %s", key, error)
        blobs.delete(key)
        return True
    for name in settings.channels:
        if name not in sent and _send_by(name, alarm, settings):
            sent.append(name)
    missing = [name for name in settings.channels if name not in sent]
    if missing and tries + 1 < _MAX_TRIES:
        blobs.put_bytes(key, _data(alarm, sent, tries + 1))
        return False
    if missing:
        logger.error("an alarm was given up after %s tries (%s): %s", _MAX_TRIES, ", ".join(missing), alarm)
    blobs.delete(key)
    return True


def _data(alarm: Alarm, sent: list[str], tries: int) -> bytes:
    return json.dumps({"alarm": alarm.as_json(), "sent": sent, "tries": tries}, ensure_ascii=False).encode()


def _send_by(name: str, alarm: Alarm, settings: AlarmSettings) -> bool:
    ways: Mapping[str, Callable[[], None]] = {
        "email": lambda: _mail(alarm, settings.email),
        "webhook": lambda: _call(alarm, settings.webhook),
        "command": lambda: _run(alarm, settings.command),
    }
    try:
        ways[name]()
    except Exception as error:  # noqa: BLE001  (whatever goes wrong out there is no reason to end a crawl)
        text = " ".join(str(error).split())[:200]
        logger.warning(
            "the %s alarm of %s could not be sent (%s); tried again: %s", name, alarm.source, alarm.kind, text
        )
        return False
    return True


def _mail(alarm: Alarm, email: Email | None) -> None:
    assert email is not None
    message = EmailMessage()
    message["Subject"] = f"[kakehashi] {alarm.source}: {alarm.kind.replace('_', ' ')} {alarm.state}"
    message["From"], message["To"] = email.sender, ", ".join(email.to)
    message["Message-ID"] = f"<{hashlib.sha256(_data(alarm, [], 0)).hexdigest()[:32]}@kakehashi.invalid>"
    message.set_content(text_of(alarm))
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if email.security == "tls":
        server = smtplib.SMTP_SSL(email.host, email.port, timeout=_PATIENCE_S, context=context)
    else:
        server = smtplib.SMTP(email.host, email.port, timeout=_PATIENCE_S)
    with server:
        if email.security == "starttls":
            server.starttls(context=context)
        if email.user is not None:
            server.login(email.user, email.password or "")
        server.send_message(message)


def text_of(alarm: Alarm) -> str:
    """An alarm in a few lines, for people."""
    lines = [
        f"{alarm.source}: {alarm.kind.replace('_', ' ')} {'is over' if alarm.state == 'over' else ''}".rstrip(),
        "",
        f"saw       {alarm.saw}",
        f"expected  {alarm.expected}",
        f"example   {alarm.example}",
        f"since     {alarm.since}",
        f"at        {alarm.at}, run {alarm.run}",
    ]
    return "\n".join(lines) + "\n"


def _call(alarm: Alarm, webhook: Webhook | None) -> None:
    assert webhook is not None
    headers = {"Content-Type": "application/json", "User-Agent": "kakehashi"}
    if webhook.token is not None:
        headers["Authorization"] = f"Bearer {webhook.token}"
    body = json.dumps(alarm.as_json(), ensure_ascii=False).encode()
    request = urllib.request.Request(webhook.url, data=body, headers=headers, method="POST")  # noqa: S310 (checked)
    with urllib.request.urlopen(request, timeout=_PATIENCE_S):  # noqa: S310  (raises for any answer but 2xx)
        pass


def _run(alarm: Alarm, command: tuple[str, ...]) -> None:
    body = json.dumps(alarm.as_json(), ensure_ascii=False).encode()
    subprocess.run(  # noqa: S603  (the operator's own command)
        command, input=body, capture_output=True, timeout=_COMMAND_S, check=True
    )
