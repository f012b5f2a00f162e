"""Prepaid machines, their books, and requests by the hundred."""

import asyncio
import json
import sqlite3
import uuid
from dataclasses import dataclass, field
from decimal import Decimal

import httpx

PRICE = {"input": "1.00", "output": "10.00"}
FEE = Decimal("0.05")


def sold(*models, provider="openai", price=PRICE, **facts):
    """One provider that the simulator plays, with these models at a price."""
    def providers(base):
        key = "TEST_ANTHROPIC_KEY" if provider == "anthropic" else "TEST_OPENAI_KEY"
        return [{"id": provider, "base_url": base, "api_keys": [{"value": f"${{env:{key}}}"}],
                 "models": [{"id": model, "pricing": price, **facts} for model in models]}]
    return providers


def all_sold(*models, price=PRICE, **facts):
    """OpenAI, Anthropic and Google, each with these models at a price."""
    def providers(base):
        return [
            {"id": name, "base_url": base.replace("/v1", "/v1beta") if name == "google" else base,
             "api_keys": [{"value": "${env:TEST_OPENAI_KEY}"}],
             "models": [{"id": model, "pricing": price, **facts} for model in models]}
            for name in ("openai", "anthropic", "google")]
    return providers


def cost(input_tokens, output_tokens, price=PRICE):
    """What so many tokens cost with the fee; exact, as no price here is below a nano-dollar."""
    return (input_tokens * (Decimal(price["input"]) + FEE)
            + output_tokens * (Decimal(price["output"]) + FEE)) / 1_000_000


def grant(site, amount, key=None, category="promotional", check=True):
    return site.cli("credits", "add", "--account", "default", "--amount", f"{amount}",
                    "--category", category, "--idempotency-key", key or uuid.uuid4().hex,
                    "--json", check=check)


def audit(site, full=True):
    """The audit's findings; it must be clean."""
    done = site.cli("credits", "audit", *(["--full"] if full else []), "--json", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert found["clean"] and not found["faults"], found
    return found


def rows(site, query, *arguments):
    """What the ledger's file says, read beside the worker."""
    path = f"{site.config['state']}/ledger.sqlite"
    ledger = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)
    try:
        return ledger.execute(query, arguments).fetchall()
    finally:
        ledger.close()


def dollars(nano):
    return Decimal(nano or 0) / 1_000_000_000


def balance(site):
    return dollars(rows(site, "SELECT sum(remaining) FROM grants")[0][0])


def open_holds(site):
    return rows(site, "SELECT count(*) FROM holds")[0][0]


def events(site, request_id):
    """The costs and sources of the events of a request."""
    found = rows(site, "SELECT cost, is_estimated, is_final, status, input, output, counted_output "
                 "FROM usage_events WHERE request = ? ORDER BY id", request_id)
    names = ("cost", "estimated", "final", "status", "input", "output", "counted_output")
    return [dict(zip(names, row)) for row in found]


def gate(site, method="GET"):
    answer = httpx.request(method, f"{site.simulator_base}/_simulator/gate", trust_env=False)
    return answer.raise_for_status().json()


# --- requests ---


LAST_WORDS = (b"data: [DONE]", b'"type":"message_stop"', b'"type":"response.completed"',
              b'"type":"response.failed"', b'"error":{', b'"finishReason":"STOP"')


@dataclass
class Reply:
    """What came of a request, as far as it came."""
    status: int = 0
    headers: dict = field(default_factory=dict)
    body: bytes = b""
    # Whether all of it came, as HTTP has it; of a stream that breaks off nginx says so too.
    has_ended: bool = False

    @property
    def request_id(self):
        return self.headers.get("ngrok-aig-request-id")

    @property
    def saw_end(self):
        """Whether its client was told that the answer is over."""
        if not self.headers.get("content-type", "").startswith("text/event-stream"):
            return self.has_ended
        return any(mark in self.body for mark in LAST_WORDS)

    def json(self):
        return json.loads(self.body)

    @property
    def events(self):
        """The data of a stream's events, parsed."""
        lines = [line[6:] for line in self.body.splitlines() if line.startswith(b"data: ")]
        return [json.loads(line) for line in lines if line != b"[DONE]"]


PATHS = {"chat": "/v1/chat/completions", "responses": "/v1/responses", "messages": "/v1/messages"}
OWNERS = {"chat": "openai", "responses": "openai", "messages": "anthropic", "gemini": "google"}


def question(dialect, model, text="hello", stream=False, cap=None, **members):
    """Path and body of a request in a dialect; the model of its own provider."""
    model = f"{OWNERS[dialect]}:{model}"
    turns = [{"role": "user", "content": text}]
    if dialect == "gemini":
        verb = "streamGenerateContent?alt=sse" if stream else "generateContent"
        body = {"contents": [{"role": "user", "parts": [{"text": text}]}], **members}
        if cap is not None:
            body["generationConfig"] = {"maxOutputTokens": cap}
        return f"/v1beta/models/{model}:{verb}", body
    body = {"model": model, "stream": stream, **members}
    body |= {"input": text} if dialect == "responses" else {"messages": turns}
    if cap is not None:
        body["max_output_tokens" if dialect == "responses" else "max_tokens"] = cap
    return PATHS[dialect], body


def post(site, path, body):
    """The bytes of a request, on a connection of its own."""
    content = json.dumps(body).encode()
    head = (f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {site.token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
            "Connection: close\r\n\r\n")
    return head.encode() + content


async def ask(site, request, reply=None):
    """Sends the bytes of a request and reads what comes, to the end or to the break."""
    reply = reply or Reply()
    writer = None
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", site.port, limit=1 << 20)
        writer.write(request)
        await writer.drain()
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        reply.status = int(first.split(" ")[1])
        for line in lines:
            name, _, value = line.partition(":")
            if name:
                reply.headers[name.lower()] = value.strip()
        await read_body(reader, reply)
    except (OSError, asyncio.IncompleteReadError, ValueError):
        pass
    finally:
        if writer:
            writer.close()
    return reply


async def read_body(reader, reply):
    if reply.headers.get("transfer-encoding") != "chunked":
        if "content-length" in reply.headers:
            reply.body = await reader.readexactly(int(reply.headers["content-length"]))
            reply.has_ended = True
        else:
            reply.body = await reader.read()
        return
    while True:
        length = int(await reader.readuntil(b"\r\n"), 16)
        data = await reader.readexactly(length + 2)
        if length == 0:
            reply.has_ended = True
            return
        reply.body += data[:-2]


async def eventually(what, condition, seconds=30.0):
    """Like `until`, for a loop of requests."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while not (result := condition()):
        if loop.time() > deadline:
            raise TimeoutError(f"not within {seconds} s: {what}")
        await asyncio.sleep(0.01)
    return result
