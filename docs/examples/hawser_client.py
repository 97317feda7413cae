#!/usr/bin/env python3
"""A Hawser client on Python's standard library alone, written from docs/protocol.md.

It asks the dispatcher for rooms (or takes --room), connects, binds one endpoint, prints a JSON object a line for
whatever happens, acknowledges what it printed, and comes back by itself when the connection is lost:

    python3 hawser_client.py --dispatcher http://127.0.0.1:8081 --app demo --user alice --token "$TOKEN" --group news

It takes messages, broadcasts and notifications (whose hint it prints, and pulls no body), and sends nothing up.
Exit codes: 0 after --count messages or Ctrl-C, 2 wrong usage, 3 the room refused for good.
"""

import argparse
import base64
import json
import os
import random
import select
import socket
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

# Frame types.
HELLO, WELCOME, BIND, BOUND, UNBIND, UNBOUND, PING, PONG, MESSAGE, ACK = range(1, 11)
BROADCAST, SYNC = 11, 12
COMMAND, KICKED, ERROR, RENEW_TOKEN, TOKEN_RENEWED, TOKEN_EXPIRING = range(15, 21)

# INVALID_ARGUMENT, PERMISSION_DENIED, UNIMPLEMENTED, UNKNOWN_APP, TOKEN_MISMATCH, BANNED, VERSION_UNSUPPORTED; all other
# codes mean "try again later", and so does BANNED with a retry_after_ms.
BANNED, DRAINING = 28, 48
FOR_GOOD = {1, 3, 10, 20, 23, 28, 42}

MAX_ROOM_FRAME_BYTES = 72 * 1024
CONNECT_SECONDS = 5
HANDSHAKE_SECONDS = 10
STABLE_SECONDS = 60
BACKOFF_BASE_SECONDS = 1.0
BACKOFF_CAP_SECONDS = 60.0
RETRY_AFTER_CAP_SECONDS = 3600.0
BINDING = 1


class ProtocolError(Exception):
    """What came is not the protocol; the connection is of no further use."""


class Lost(Exception):
    """The connection ended; `retry_after` is the least number of seconds to wait, `move_to` where to go."""

    def __init__(self, why, retry_after=0.0, move_to=(), ask_dispatcher=False):
        super().__init__(why)
        self.retry_after = min(retry_after, RETRY_AFTER_CAP_SECONDS)
        self.move_to = list(move_to)
        self.ask_dispatcher = ask_dispatcher


class Refused(Exception):
    """Trying again by itself would not help."""


# ---- protobuf -------------------------------------------------------------------------------------------------------


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def read_varint(data, at):
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise ProtocolError("bad varint in a body")
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at += 1
        shift += 7
        if byte < 0x80:
            return value & 0xFFFFFFFFFFFFFFFF, at


class Message(bytes):
    """An encoded message that is a field of another."""


def encode(fields):
    """Encodes {number: value}: int and bool as varint, str and bytes as length-delimited, a list as a field for each of
    its elements; zero, empty and None are left out, but for a Message: an empty one says something else than none."""
    out = bytearray()
    for number in sorted(fields):
        value = fields[number]
        if isinstance(value, list):
            for element in value:
                out += encode({number: element})
            continue
        if isinstance(value, str):
            value = value.encode("utf-8")
        if isinstance(value, (bytes, bytearray)):
            if value or isinstance(value, Message):
                out += varint(number << 3 | 2) + varint(len(value)) + value
        elif value:
            out += varint(number << 3) + varint(int(value))
    return bytes(out)


def decode(body):
    """Returns {number: [values in order]}; integers for varint and fixed fields, bytes for length-delimited ones."""
    fields = {}
    at = 0
    while at < len(body):
        tag, at = read_varint(body, at)
        number, wire_type = tag >> 3, tag & 7
        if wire_type == 0:
            value, at = read_varint(body, at)
        elif wire_type == 2:
            length, at = read_varint(body, at)
            value, at = body[at : at + length], at + length
        elif wire_type in (1, 5):
            size = 8 if wire_type == 1 else 4
            value, at = int.from_bytes(body[at : at + size], "little"), at + size
        else:
            raise ProtocolError("wire type %d" % wire_type)
        if at > len(body) or number == 0:
            raise ProtocolError("truncated field in a body")
        fields.setdefault(number, []).append(value)
    return fields


def number(fields, field):
    value = fields.get(field, [0])[-1]
    if not isinstance(value, int):
        raise ProtocolError("field %d is not a number" % field)
    return value


def numbers(fields, field):
    """The elements of a repeated number, packed or not."""
    found = []
    for value in fields.get(field, []):
        if isinstance(value, int):
            found.append(value)
            continue
        at = 0
        while at < len(value):
            element, at = read_varint(value, at)
            found.append(element)
    return found


def raw(fields, field):
    value = fields.get(field, [b""])[-1]
    if not isinstance(value, bytes):
        raise ProtocolError("field %d is not bytes" % field)
    return value


def text(fields, field):
    try:
        return raw(fields, field).decode("utf-8")
    except UnicodeDecodeError as e:
        raise ProtocolError("field %d is not UTF-8" % field) from e


# ---- frames ---------------------------------------------------------------------------------------------------------


def frame(frame_type, body=b""):
    return varint(1 + len(body)) + bytes([frame_type]) + body


def take_frame(buffer, max_frame_bytes=MAX_ROOM_FRAME_BYTES):
    """Removes one whole frame from the front of a bytearray and returns (type, body), or None to ask for more bytes."""
    length = 0
    for index in range(min(3, len(buffer))):
        byte = buffer[index]
        if index == 2 and byte > 0x7F:
            raise ProtocolError("frame length over 3 bytes")
        if index > 0 and byte == 0:
            raise ProtocolError("frame length not in its shortest form")
        length |= (byte & 0x7F) << 7 * index
        if byte < 0x80:
            if not 1 <= length <= max_frame_bytes:
                raise ProtocolError("frame length %d" % length)
            start = index + 1
            if len(buffer) < start + length:
                return None
            result = buffer[start], bytes(buffer[start + 1 : start + length])
            del buffer[: start + length]
            return result
    return None


class Connection:
    """A TCP connection that speaks frames, and knows when it last sent and heard anything."""

    def __init__(self, address):
        host, _, port = address.rpartition(":")
        self.address = address
        self.bound = False
        self.socket = socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = bytearray()
        self.sent = self.heard = time.monotonic()

    def send(self, frame_type, fields=None):
        self.socket.settimeout(CONNECT_SECONDS)
        self.socket.sendall(frame(frame_type, encode(fields or {})))
        self.sent = time.monotonic()

    def receive(self, deadline):
        """Returns the next (type, body), or None once the monotonic deadline has passed."""
        while True:
            found = take_frame(self.buffer)
            if found:
                return found
            ready, _, _ = select.select([self.socket], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                return None
            data = self.socket.recv(65536)
            if not data:
                raise Lost("closed by the room")
            self.buffer += data
            self.heard = time.monotonic()

    def close(self):
        self.socket.close()


# ---- what must survive ----------------------------------------------------------------------------------------------


class Cursor:
    """Which broadcasts were had: all up to `low` but `missing`, and `seen`. Only the room moves `low`."""

    def __init__(self, low=0, seen=(), missing=()):
        self.low, self.seen, self.missing = low, list(seen), list(missing)

    @staticmethod
    def of(fields):
        return Cursor(number(fields, 1), numbers(fields, 2), numbers(fields, 3))

    def had(self, bseq):
        return bseq in self.seen if bseq > self.low else bseq not in self.missing

    def take(self, bseq):
        if bseq > self.low:
            self.seen.append(bseq)
        else:
            self.missing.remove(bseq)

    def told(self, by_room):
        """What the room says, without what was had meanwhile, which the room cannot know of yet."""
        missing = [bseq for bseq in by_room.missing if not self.had(bseq)]
        seen = sorted({bseq for bseq in self.seen + by_room.seen if bseq > by_room.low})
        return Cursor(by_room.low, seen, missing)

    def encode(self):
        packed = {2: b"".join(map(varint, self.seen)), 3: b"".join(map(varint, self.missing))}
        return Message(encode({1: self.low, **packed}))


class State:
    """Position, cursor of the broadcasts and installation nonce, in a small JSON file that is replaced as a whole; or in
    memory."""

    def __init__(self, path):
        self.path = path
        self.position = 0
        self.cursor = None
        self.nonce = os.urandom(16)
        if path and os.path.exists(path):
            with open(path, encoding="utf-8") as f:
                kept = json.load(f)
            self.position = kept["position"]
            self.nonce = bytes.fromhex(kept["nonce"])
            self.cursor = Cursor(**kept["cursor"]) if kept.get("cursor") else None
        else:
            self.save()

    def move_to(self, position):
        self.position = position
        self.save()

    def save(self):
        if not self.path:
            return
        folder = os.path.dirname(os.path.abspath(self.path))
        with tempfile.NamedTemporaryFile("w", dir=folder, delete=False, encoding="utf-8") as f:
            kept = {"position": self.position, "nonce": self.nonce.hex()}
            if self.cursor:
                kept["cursor"] = {"low": self.cursor.low, "seen": self.cursor.seen, "missing": self.cursor.missing}
            json.dump(kept, f)
            f.flush()
            os.fsync(f.fileno())
        os.replace(f.name, self.path)


def say(event, **what):
    print(json.dumps({"event": event, **what}, ensure_ascii=False), flush=True)


# ---- the client -----------------------------------------------------------------------------------------------------


class Client:
    def __init__(self, options):
        self.options = options
        self.state = State(options.state)
        self.rooms = []
        self.last_good = None
        self.failed = []
        self.lists_in_vain = 0
        self.rooms_until = 0.0
        self.left = options.count

    def run(self):
        attempt = 0
        while True:
            started = time.monotonic()
            wait = 0.0
            try:
                self.session(self.connect())
            except Lost as e:
                say("state", state="waiting", reason=str(e))
                wait = e.retry_after
                if e.move_to:
                    self.rooms, self.last_good, self.rooms_until = e.move_to, None, float("inf")
                    self.failed = []
                elif e.ask_dispatcher:
                    self.last_good, self.rooms_until = None, 0.0
            except (ProtocolError, OSError) as e:
                say("state", state="waiting", reason=str(e) or type(e).__name__)
            if time.monotonic() - started >= STABLE_SECONDS:
                attempt = 0
            # Full jitter: a million clients that lost the same room come back spread over the whole span.
            span = min(BACKOFF_CAP_SECONDS, BACKOFF_BASE_SECONDS * 2**attempt)
            attempt = min(attempt + 1, 16)
            time.sleep(wait + random.uniform(0, span))

    def connect(self):
        say("state", state="connecting")
        why = "no room"
        for address in self.candidates():
            try:
                connection = Connection(address)
            except (OSError, ValueError) as e:
                why = "%s: %s" % (address, e)
                self.no_good(address)
                continue
            return connection
        self.rooms_until = 0.0
        raise Lost(why)

    def no_good(self, address):
        """Tries this address last from now on; when all were no good, the dispatcher is asked anew."""
        self.last_good = None if self.last_good == address else self.last_good
        if address not in self.failed:
            self.failed.append(address)
        if all(room in self.failed for room in self.rooms):
            self.rooms_until = 0.0

    def candidates(self):
        """The last address that worked, then the list, failed ones last; a list that is too old is asked for anew."""
        if self.options.room:
            self.rooms = self.rooms or [self.options.room]
        elif time.monotonic() >= self.rooms_until:
            self.ask_dispatcher()
        first = [self.last_good] if self.last_good else []
        rest = sorted((room for room in self.rooms if room != self.last_good), key=lambda room: room in self.failed)
        return first + rest

    def ask_dispatcher(self):
        query = [("app", self.options.app)]
        if self.failed:
            query.append(("failed", ",".join(self.failed[:8])))
        if self.lists_in_vain:
            query.append(("retry", self.lists_in_vain))
        url = "%s/v1/addresses?%s" % (self.options.dispatcher.rstrip("/"), urllib.parse.urlencode(query))
        try:
            request = urllib.request.Request(url, headers={"Accept": "application/json"})
            with urllib.request.urlopen(request, timeout=CONNECT_SECONDS) as response:
                answer = json.load(response)
            self.rooms = answer["rooms"]
            self.rooms_until = time.monotonic() + answer["maxAgeSeconds"]
            self.failed = []
            self.lists_in_vain += 1
        except (urllib.error.URLError, OSError, ValueError, KeyError) as e:
            if not self.rooms:
                raise Lost("dispatcher: %s" % e) from e
            say("error", detail="dispatcher: %s; using the list from before" % e)

    def session(self, connection):
        try:
            welcome = self.hello(connection)
            self.heartbeat = number(welcome, 2) or 30
            self.bind(connection)
            while True:
                self.handle(connection, *self.next_frame(connection))
        finally:
            connection.close()
            if not connection.bound:
                self.no_good(connection.address)

    def hello(self, connection):
        connection.send(HELLO, {1: 1, 2: 1, 4: "hawser-python/1", 5: sys.platform})
        found = connection.receive(time.monotonic() + HANDSHAKE_SECONDS)
        if not found:
            raise Lost("no WELCOME in time")
        frame_type, body = found
        if frame_type == ERROR:
            self.error(connection, decode(body))
        if frame_type != WELCOME:
            raise ProtocolError("frame type %d before WELCOME" % frame_type)
        return decode(body)

    def bind(self, connection):
        options = self.options
        connection.send(
            BIND,
            {
                1: BINDING,
                2: options.app,
                3: options.user,
                4: options.device,
                5: options.device_class,
                6: self.state.nonce,
                7: self.token(),
                8: self.state.position,
                9: self.state.cursor.encode() if self.state.cursor else None,
                10: options.group,
            },
        )

    def token(self):
        if self.options.token_file:
            with open(self.options.token_file, encoding="utf-8") as f:
                return f.read().strip()
        return self.options.token

    def next_frame(self, connection):
        """Waits for a frame; keeps the connection alive meanwhile, and notices when it no longer is."""
        while True:
            now = time.monotonic()
            if now - connection.heard > 2.5 * self.heartbeat:
                raise Lost("nothing heard for 2.5 heartbeats")
            quiet_since = min(connection.sent, connection.heard)
            if now - quiet_since >= self.heartbeat and now - connection.sent >= self.heartbeat / 2:
                connection.send(PING)
            found = connection.receive(now + self.heartbeat / 4)
            if found:
                return found

    def handle(self, connection, frame_type, body):
        if frame_type == PING:
            connection.send(PONG)
        elif frame_type == MESSAGE:
            self.message(connection, decode(body))
        elif frame_type == BROADCAST:
            self.broadcast(connection, decode(body))
        elif frame_type == SYNC:
            self.settled(Cursor.of(decode(raw(decode(body), 2))))
        elif frame_type == BOUND:
            self.bound(connection, decode(body))
        elif frame_type == UNBOUND:
            self.unbound(decode(body))
        elif frame_type == KICKED:
            self.kicked(decode(body))
        elif frame_type == ERROR:
            self.error(connection, decode(body))
        elif frame_type == COMMAND:
            self.command(decode(body))
        elif frame_type == TOKEN_EXPIRING:
            connection.send(RENEW_TOKEN, {1: BINDING, 2: self.token()})
        # PONG and TOKEN_RENEWED need nothing done; types of later releases are skipped, their bodies unread.

    def bound(self, connection, fields):
        connection.bound = True
        self.last_good, self.failed, self.lists_in_vain = connection.address, [], 0
        position = number(fields, 2)
        if number(fields, 4):
            say("gap", position=position, was=self.state.position)
        if position != self.state.position:
            self.state.move_to(position)
        if 5 in fields:
            self.settled(Cursor.of(decode(raw(fields, 5))))
        if number(fields, 6):
            say("broadcasts-lost", to=number(fields, 6))
        say("state", state="bound", position=position, head=number(fields, 3))

    def settled(self, by_room):
        self.state.cursor = (self.state.cursor or Cursor()).told(by_room)
        self.state.save()

    def broadcast(self, connection, fields):
        bseq, cursor = number(fields, 2), self.state.cursor or Cursor()
        if text(fields, 1) != self.options.app or not connection.bound:
            return
        fresh = bseq == 0 or not cursor.had(bseq)
        if fresh:
            groups = [group.decode("utf-8") for group in fields.get(3, [])]
            say("broadcast", bseq=bseq, groups=groups, **self.content(fields))
        if bseq:
            if fresh:
                cursor.take(bseq)
                self.state.cursor = cursor
                self.state.save()
            connection.send(SYNC, {1: BINDING, 2: cursor.encode()})
        if fresh:
            self.count()

    def message(self, connection, fields):
        prev, seq = number(fields, 2), number(fields, 3)
        if seq:
            if seq <= self.state.position:
                connection.send(ACK, {1: BINDING, 2: self.state.position})
                return
            if prev > self.state.position:
                raise ProtocolError("gap: prev %d, position %d" % (prev, self.state.position))
        self.print_message(seq, fields)
        if seq:
            self.state.move_to(seq)
            connection.send(ACK, {1: BINDING, 2: seq})
        self.count()

    def count(self):
        if self.left is not None:
            self.left -= 1
            if self.left == 0:
                raise SystemExit(0)

    def print_message(self, seq, fields):
        what = self.content(fields)
        say("message", id=what.pop("id"), seq=seq, redelivered=bool(number(fields, 4)), **what)

    @staticmethod
    def content(fields):
        """The part that messages and broadcasts have in common."""
        what = {"id": text(fields, 8)}
        if number(fields, 11):
            what["text"] = raw(fields, 10).decode("utf-8", "replace")
        else:
            what["data"] = base64.b64encode(raw(fields, 10)).decode("ascii")
        headers = {}
        for entry in fields.get(15, []):
            pair = decode(entry)
            headers[text(pair, 1)] = text(pair, 2)
        if headers:
            what["headers"] = headers
        if 16 in fields:
            what["key"] = text(fields, 16)
        return what

    def unbound(self, fields):
        self.refused(number(fields, 2), "unbound, code %d: %s" % (number(fields, 2), text(fields, 3)), number(fields, 4))

    def kicked(self, fields):
        detail = "kicked, reason %d: %s" % (number(fields, 2), text(fields, 3))
        if not number(fields, 4):
            raise Refused(detail)
        raise Lost(detail, number(fields, 5) / 1000)

    def error(self, connection, fields):
        code, detail = number(fields, 1), text(fields, 2)
        say("error", code=code, detail=detail)
        if not number(fields, 5):
            return
        if code == DRAINING:
            self.no_good(connection.address)
        self.refused(code, "error %d: %s" % (code, detail), number(fields, 4))

    @staticmethod
    def refused(code, why, retry_after_ms):
        ends = code == BANNED and retry_after_ms
        if code in FOR_GOOD and not ends:
            raise Refused(why)
        raise Lost(why, retry_after_ms / 1000)

    def command(self, fields):
        if 1 in fields:
            move = decode(raw(fields, 1))
            addresses = [address.decode("utf-8") for address in move.get(1, [])]
            within = number(move, 2) / 1000
            raise Lost("told to move", random.uniform(0, within), addresses, not addresses)
        if 2 in fields:
            self.rooms_until, self.last_good = 0.0, None
        if 4 in fields:
            self.heartbeat = number(decode(raw(fields, 4)), 1) or self.heartbeat


def main():
    parser = argparse.ArgumentParser(description="Prints the messages of a Hawser user, a JSON object a line.")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--dispatcher", help="base URL of a dispatcher, such as http://127.0.0.1:8081")
    where.add_argument("--room", help="ip:port of a room, to go without a dispatcher")
    parser.add_argument("--app", default="demo")
    parser.add_argument("--user", required=True)
    parser.add_argument("--device", default="python")
    parser.add_argument("--device-class", default="")
    parser.add_argument("--token", default=os.environ.get("HAWSER_TOKEN", ""), help="default: $HAWSER_TOKEN")
    parser.add_argument("--token-file", help="read for each bind, so that a renewed token is taken up")
    parser.add_argument("--state", help="file that keeps position and installation nonce; without it, memory does")
    parser.add_argument("--group", action="append", default=[], help="join this group; may be repeated")
    parser.add_argument("--count", type=int, help="exit after so many messages")
    try:
        Client(parser.parse_args()).run()
    except Refused as e:
        say("state", state="closed", reason=str(e))
        return 3
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
