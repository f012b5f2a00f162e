"""Both ends of a WebSocket, written from RFC 6455: a client, and a provider that echoes over TLS."""

import base64
import hashlib
import os
import socket
import ssl
import struct
from contextlib import suppress

from upstream import RawUpstream, answer

MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


def accept_key(key):
    return base64.b64encode(hashlib.sha1((key + MAGIC).encode()).digest()).decode()


def frame(opcode, payload, mask=None):
    size = len(payload)
    if size < 126:
        length = struct.pack(">B", size)
    elif size < 65536:
        length = struct.pack(">BH", 126, size)
    else:
        length = struct.pack(">BQ", 127, size)
    if mask:
        length = bytes([length[0] | 0x80]) + length[1:] + mask
        payload = bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))
    return bytes([0x80 | opcode]) + length + payload


class Frames:
    """Reads whole frames from a connection."""

    def __init__(self, connection, buffered=b""):
        self.connection = connection
        self.buffered = buffered

    def take(self, count):
        while len(self.buffered) < count:
            data = self.connection.recv(65536)
            if not data:
                raise EOFError("the connection ended")
            self.buffered += data
        taken, self.buffered = self.buffered[:count], self.buffered[count:]
        return taken

    def next(self):
        first, second = self.take(2)
        size = second & 0x7F
        if size == 126:
            size, = struct.unpack(">H", self.take(2))
        elif size == 127:
            size, = struct.unpack(">Q", self.take(8))
        mask = self.take(4) if second & 0x80 else None
        payload = self.take(size)
        if mask:
            payload = bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))
        return first & 0x0F, payload


class Client:
    """One handshake; `status`, `headers` and `body` of the answer, and frames after a 101."""

    def __init__(self, site, target, headers=(), without=(), method="GET", close=False):
        self.key = base64.b64encode(os.urandom(16)).decode()
        lines = [("Host", "localhost"), ("Upgrade", "websocket"), ("Connection", "Upgrade"),
                 ("Sec-WebSocket-Key", self.key), ("Sec-WebSocket-Version", "13")]
        lines = [line for line in lines if line[0] not in without] + list(headers)
        text = f"{method} {target} HTTP/1.1\r\n" + "".join(f"{n}: {v}\r\n" for n, v in lines)
        plain = socket.create_connection(("127.0.0.1", site.tls_port), timeout=20)
        self.connection = site.certificates.context().wrap_socket(
            plain, server_hostname="localhost")
        self.connection.sendall(text.encode("latin-1") + b"\r\n")
        self.read_answer()

    def read_answer(self):
        data = b""
        while b"\r\n\r\n" not in data:
            more = self.connection.recv(65536)
            assert more, f"no answer but {data!r}"
            data += more
        head, _, rest = data.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        self.head = head.decode("latin-1")
        self.status = int(first.split(" ")[1])
        self.headers = {}
        for line in lines:
            name, _, value = line.partition(": ")
            self.headers[name.lower()] = value
        if self.status == 101:
            assert self.headers["sec-websocket-accept"] == accept_key(self.key)
            self.frames = Frames(self.connection, rest)
            return
        if self.headers.get("transfer-encoding") == "chunked":
            while not rest.endswith(b"0\r\n\r\n"):
                rest += self.connection.recv(65536)
            self.body = rest.split(b"\r\n", 1)[1].rsplit(b"\r\n0\r\n", 1)[0]
            return
        while len(rest) < int(self.headers.get("content-length", 0)):
            rest += self.connection.recv(65536)
        self.body = rest

    def send(self, opcode, payload):
        self.connection.sendall(frame(opcode, payload, os.urandom(4)))

    def echo(self, payload, opcode=TEXT):
        self.send(opcode, payload)
        return self.frames.next()

    def close(self):
        self.connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Recorded:
    """A connection that keeps all it received."""

    def __init__(self, connection, record):
        self.connection = connection
        self.record = record

    def recv(self, count):
        data = self.connection.recv(count)
        self.record.extend(data)
        return data

    def sendall(self, data):
        self.connection.sendall(data)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()


def accept(connection, request):
    """Opens the WebSocket, with the subprotocol `realtime` where that is offered."""
    head = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
            f"Sec-WebSocket-Accept: {accept_key(request.headers['sec-websocket-key'])}"]
    if "realtime" in request.headers.get("sec-websocket-protocol", "").split(", "):
        head.append("Sec-WebSocket-Protocol: realtime")
    head += request.upstream.extra_headers
    connection.sendall("\r\n".join(head).encode() + b"\r\n\r\n")
    return Frames(connection)


def echo(connection, request):
    """Sends every message back, until the peer closes."""
    frames = accept(connection, request)
    try:
        while True:
            opcode, payload = frames.next()
            connection.sendall(frame(PONG if opcode == PING else opcode, payload))
            if opcode == CLOSE:
                return
    except (EOFError, OSError):
        request.upstream.left += 1


def echo_once(connection, request):
    """Sends the first message back and closes."""
    frames = accept(connection, request)
    connection.sendall(frame(*frames.next()) + frame(CLOSE, b"\x03\xe8"))
    with suppress(EOFError, OSError):
        frames.next()


def refuse(status, body, *headers):
    """A provider that answers the handshake with something else."""
    def script(connection, request):
        connection.sendall(answer(body, status, headers))
        return True
    return script


class Provider(RawUpstream):
    """Echoes over TLS. `received` is every byte it was sent, over all connections.

    `script` may be set to what answers the next handshakes; `extra_headers` go into its 101.
    """

    def __init__(self, certificate, key, **settings):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        self.names = []
        self.context.sni_callback = lambda _, name, __: self.names.append(name)
        self.forget()
        super().__init__(
            default=lambda connection, request: self.script(connection, request), **settings)
        self.base = f"https://localhost:{self.port}/v1"

    def forget(self):
        self.received = bytearray()
        self.requests = []
        self.script = echo
        self.extra_headers = []
        self.left = 0

    def serve(self, connection):
        with suppress(OSError):
            secure = self.context.wrap_socket(connection, server_side=True)
            super().serve(Recorded(secure, self.received))
