"""An upstream that breaks off in the middle: no client may take the half for the whole."""

import json
import subprocess
import time

import httpx
import pytest

from upstream import STREAM_HEAD, RawUpstream, chat_event, chunk

HALF = 400_000  # More than is held back, so that the answer has begun.
FRAMES = {"length": b"Content-Length: %d" % (2 * HALF), "chunks": b"Transfer-Encoding: chunked"}
KINDS = {
    "json": b"application/json",  # nginx buffers it.
    "audio": b"audio/mpeg",  # It passes on what comes of this one.
    "gzip": b"text/event-stream\r\nContent-Encoding: gzip",
}


def half(frame, kind):
    def script(connection, _request):
        body = b"x" * HALF
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nContent-Type: " + KINDS[kind] + b"\r\n" + FRAMES[frame]
            + b"\r\n\r\n" + (chunk(body) if frame == "chunks" else body))
        time.sleep(0.2)  # The half is to be on its way before the cut.
        return False
    return script


def half_stream(connection, _request):
    connection.sendall(STREAM_HEAD + chunk(chat_event("begun") + b"data: {\"half"))
    return False


@pytest.fixture(scope="module")
def site(start_shared_machine):
    upstream = RawUpstream({
        "stream": half_stream,
        **{f"{frame}-{kind}": half(frame, kind) for frame in FRAMES for kind in KINDS}})
    yield start_shared_machine(providers=[{"id": "raw", "base_url": upstream.base}])
    upstream.close()


def path(kind):
    return "/v1/audio/speech" if kind == "audio" else "/v1/chat/completions"


def body(model, stream):
    return {"model": f"raw:{model}", "stream": stream,
            "messages": [{"role": "user", "content": "x"}]}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("frame", FRAMES)
def test_a_cut_body_is_a_cut_body(site, frame, kind):
    received = 0
    with pytest.raises(httpx.RemoteProtocolError):
        with site.client.stream("POST", path(kind), json=body(f"{frame}-{kind}", kind == "gzip"),
                                headers=site.headers()) as response:
            assert response.status_code == 200
            for part in response.iter_raw():
                received += len(part)
    assert 0 < received <= HALF
    assert site.chat("raw:stream", stream=True).status_code == 200


@pytest.mark.parametrize("kind", KINDS)
def test_a_cut_body_is_a_cut_stream_of_http2(site, kind):
    done = subprocess.run(
        ["curl", "-sS", "-k", "--http2", "-o", "/dev/null", "-H",
         f"Authorization: Bearer {site.token}", "-H", "Content-Type: application/json",
         "-d", json.dumps(body(f"chunks-{kind}", kind == "gzip")),
         f"https://127.0.0.1:{site.tls_port}{path(kind)}"], capture_output=True, text=True)
    assert done.returncode == 92, done.stderr  # CURLE_HTTP2_STREAM


def test_a_cut_event_stream_ends_in_an_error_event(site):
    response = site.chat("raw:stream", stream=True)
    assert response.content.startswith(chat_event("begun"))
    last = response.content.strip().split(b"\n\n")[-1]
    assert json.loads(last.removeprefix(b"data: "))["error"]["code"] == "ERR_NGROK_27208"
    assert b"[DONE]" not in response.content
