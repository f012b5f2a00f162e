"""A provider made of raw bytes: a TCP server whose behaviour a test writes down itself."""

import json
import socket
import threading
from contextlib import suppress


class Request:
    """One request as its bytes came in."""

    def __init__(self, head, body):
        first, *lines = head.decode("latin-1").split("\r\n")
        self.method, self.target, self.version = first.split(" ")
        self.lines = [tuple(line.split(": ", 1)) for line in lines]
        self.headers = {name.lower(): value for name, value in self.lines}
        self.body = body

    @property
    def model(self):
        return json.loads(self.body).get("model", "") if self.body else ""

    @property
    def key(self):
        return self.headers.get("authorization", "").removeprefix("Bearer ")


def answer(body=b'{"ok":true}', status="200 OK", headers=()):
    """A plain HTTP/1.1 answer."""
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json",
             f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


STREAM_HEAD = (b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
               b"Transfer-Encoding: chunked\r\n\r\n")


def chunk(data):
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def chat_event(content=None, **delta):
    if content is not None:
        delta["content"] = content
    event = {"id": "chatcmpl-raw", "object": "chat.completion.chunk", "created": 1,
             "model": "raw", "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
    return b"data: " + json.dumps(event).encode() + b"\n\n"


def chat_answer(text, **members):
    return json.dumps({
        "id": "chatcmpl-raw", "object": "chat.completion", "created": 1, "model": "raw",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text},
                     "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}, **members,
    }).encode()


class RawUpstream:
    """Listens on 127.0.0.1; `scripts` maps a model's name to what happens on the connection.

    A script is called with (connection, request); when it returns True the connection waits for a
    further request, else it is closed. `requests` holds what arrived, in order; `connections`
    counts the connections; `left` counts scripts that saw their peer leave.
    """

    def __init__(self, scripts=None, default=None, host="127.0.0.1"):
        self.scripts = scripts or {}
        self.default = default or (lambda connection, request: send(connection, answer()))
        self.requests = []
        self.connections = 0
        self.left = 0
        self.is_closing = threading.Event()
        self.listener = socket.create_server(
            (host, 0), backlog=256, family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        self.port = self.listener.getsockname()[1]
        self.base = f"http://127.0.0.1:{self.port}/v1"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        buffered = bytearray()
        with connection:
            while request := self.read(connection, buffered):
                request.upstream = self
                self.requests.append(request)
                try:
                    script = self.scripts.get(request.model, self.default)
                    if not script(connection, request):
                        return
                except (BrokenPipeError, ConnectionResetError):
                    self.left += 1
                    return

    def read(self, connection, buffered):
        def more():
            data = connection.recv(65536)
            buffered.extend(data)
            return data

        with suppress(ConnectionResetError):
            while b"\r\n\r\n" not in buffered:
                if not more():
                    return None
            head, _, rest = bytes(buffered).partition(b"\r\n\r\n")
            request = Request(head, b"")
            length = int(request.headers.get("content-length", 0))
            while len(rest) < length:
                data = connection.recv(65536)
                if not data:
                    return None
                rest += data
            request.body = rest[:length]
            buffered[:] = rest[length:]
            return request

    def close(self):
        self.is_closing.set()
        self.listener.close()


def send(connection, data):
    connection.sendall(data)
    return True


def wait_for_peer_to_leave(connection, seconds=60):
    """Says nothing more until the peer has gone."""
    connection.settimeout(seconds)
    with suppress(TimeoutError):
        while connection.recv(4096):
            pass
    raise BrokenPipeError
