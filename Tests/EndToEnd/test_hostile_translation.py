"""What no SDK sends and no honest provider answers, on its way into another dialect."""

import json

import pytest

from machine import SANITIZER_KILOBYTES, resident_kilobytes, until
from upstream import STREAM_HEAD, RawUpstream, answer, chat_answer, chat_event, chunk, send

MEGABYTE = 1 << 20
FINISH = (b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'
          b"data: [DONE]\n\n")
STREAMS = {
    "long-line": chat_event("a" * 2 * MEGABYTE) + FINISH,
    "longer-line": chat_event("before") + chat_event("b" * 9 * MEGABYTE) + FINISH,
    "long-arguments": chat_event(None, tool_calls=[{
        "index": 0, "id": "call_1", "type": "function",
        "function": {"name": "look_up", "arguments": json.dumps({"x": "c" * 10 * MEGABYTE})}}])
        + FINISH,
    "bad-text": chat_event("one ") + chat_event("BAD").replace(b"BAD", b"\xff\xc3") + FINISH,
    "half-pair": chat_event("BAD").replace(b"BAD", b"\\ud83d") + FINISH,
    "torn-line": chat_event("one ") + b'data: {"choices":[{"delta":{"con\n\n' + chat_event("two")
    + FINISH,
    "huge-count": chat_event("one") + FINISH.replace(
        b"data: [DONE]", b'data: {"choices":[],"usage":{"prompt_tokens":1' + b"0" * 30
        + b',"completion_tokens":3}}\n\ndata: [DONE]'),
}


def stream(name):
    def script(connection, _request):
        for place in range(0, len(STREAMS[name]), 65536):
            send(connection, chunk(STREAMS[name][place:place + 65536]) if place
                 else STREAM_HEAD + chunk(STREAMS[name][:65536]))
        send(connection, b"0\r\n\r\n")
        return True
    return script


def whole(body):
    return lambda connection, _request: send(connection, answer(body)) or True


@pytest.fixture(scope="module")
def upstream():
    with_limits = RawUpstream({
        "plain": whole(chat_answer("fine")), "endless": whole(b'{"x":"' + b"d" * 17 * MEGABYTE + b'"}'),
        "no-json": whole(b"<html>"), **{name: stream(name) for name in STREAMS}})
    yield with_limits
    with_limits.close()


@pytest.fixture(scope="module")
def site(start_shared_machine, upstream):
    return start_shared_machine(providers=[{"id": "raw", "base_url": upstream.base}])


def request(model="plain", **members):
    return {"model": f"raw:{model}", "max_tokens": 64,
            "messages": [{"role": "user", "content": "hello"}], **members}


def post(site, content):
    return site.client.post("/v1/messages", content=content, headers={
        **site.headers(), "content-type": "application/json"})


def with_input(text):
    """A conversation in which a tool was called with this input, as JSON text."""
    body = json.dumps(request(messages=[
        {"role": "user", "content": "hello"},
        {"role": "assistant", "content": [
            {"type": "tool_use", "id": "toolu_1", "name": "look_up", "input": {"x": "INPUT"}}]},
        {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": "toolu_1", "content": "found"}]}]))
    return body.encode().replace(b'"INPUT"', text)


# --- requests ---


@pytest.mark.parametrize("text", [
    b"[" * 190 + b"]" * 190, b'"' + b"e" * 10 * MEGABYTE + b'"', b"1" + b"0" * 400,
    b"-0.00000000000000000000000000000000001e-400", b'"\\ud83d\\ude00"', b'"\\ud83d"', b'"\\u0001"'],
    ids=["deep", "long", "large number", "small number", "pair", "half a pair", "control"])
def test_what_is_odd_and_sound_arrives_as_it_was(site, upstream, text):
    assert post(site, with_input(text)).status_code == 200
    sent = json.loads(upstream.requests[-1].body)
    arguments = sent["messages"][1]["tool_calls"][0]["function"]["arguments"]
    assert arguments.encode() == b'{"x":%b}' % text


@pytest.mark.parametrize("text, word", [
    (b"[" * 1000 + b"]" * 1000, "deep"), (b'"\xff"', "UTF-8"),
    (b'{"a":1,"a":2}', "twice"), (b"[" + b"1," * (MEGABYTE + 1) + b"1]", "values"), (b'{"a":1,"\\u0061":2}', "twice"), (b"01", "JSON"),
    (b'"\n"', "JSON"), (b"NaN", "JSON")],
    ids=["too deep", "no UTF-8", "doubled", "very many", "doubled in disguise", "octal",
         "line break", "NaN"])
def test_what_can_not_be_carried_over_is_refused_in_words(site, upstream, text, word):
    count = len(upstream.requests)
    response = post(site, with_input(text))
    assert response.status_code == 400
    assert response.headers["ngrok-error-code"] == "ERR_NGROK_27228"
    assert word in response.json()["error"]["message"]
    assert len(upstream.requests) == count


def test_half_a_surrogate_pair_is_refused_in_a_text(site):
    body = json.dumps(request()).encode().replace(b"hello", b"\\ud83d")
    response = post(site, body)
    assert response.status_code == 400
    assert "Unicode" in response.json()["error"]["message"]


@pytest.mark.parametrize("members, name", [
    ({"max_tokens": 10**30}, "max_tokens"), ({"max_tokens": "many"}, "max_tokens"),
    ({"messages": 5}, "messages"), ({"tools": {"name": "x"}}, "tools"),
    ({"messages": [{"role": "user", "content": [{"type": "martian"}]}]}, "messages[0]"),
    ({"tools": [{"type": "web_search_20250305", "name": "web_search"}]}, "tools[0]")])
def test_a_wrong_member_is_named(site, members, name):
    response = post(site, json.dumps(request(**members)))
    assert response.status_code == 400
    assert name in response.json()["error"]["message"]


# --- answers ---


def events(response):
    return [json.loads(line.removeprefix("data: ")) for line in response.text.splitlines()
            if line.startswith("data: ")]


def streamed(site, name):
    response = post(site, json.dumps(request(name, stream=True)))
    assert response.status_code == 200
    return events(response)


def text_of(found):
    return "".join(event["delta"].get("text", "") for event in found
                   if event["type"] == "content_block_delta")


def test_a_line_of_two_megabytes_passes(site):
    found = streamed(site, "long-line")
    assert text_of(found) == "a" * 2 * MEGABYTE
    assert found[-1]["type"] == "message_stop"


def test_a_line_beyond_the_limit_ends_the_stream(site):
    found = streamed(site, "longer-line")
    assert text_of(found) == "before"
    assert found[-1]["type"] == "error"


def test_ten_megabytes_of_arguments_pass_or_end_the_stream(site):
    found = streamed(site, "long-arguments")
    # The event is beyond the limit of a line.
    assert found[-1]["type"] == "error"
    assert resident_kilobytes(site.worker_pid()) < 300_000 + SANITIZER_KILOBYTES


@pytest.mark.parametrize("name, text", [
    ("bad-text", "one \ufffd\ufffd"), ("half-pair", "\ufffd")])
def test_text_that_is_no_unicode_is_repaired(site, name, text):
    found = streamed(site, name)
    assert text_of(found) == text
    assert found[-1]["type"] == "message_stop"


def test_a_torn_line_is_left_out_and_counted(site):
    found = streamed(site, "torn-line")
    assert text_of(found) == "one two"
    assert found[-1]["type"] == "message_stop"
    line = until("the line", lambda: next(
        (line for line in site.access_lines() if line.get("model_asked") == "raw:torn-line"), None))
    assert line["attempts"][0]["skipped_events"] == 1
    assert line["attempts"][0]["dialect"] == "openai-chat"


def test_a_count_that_is_no_count_is_left_out(site):
    found = streamed(site, "huge-count")
    assert found[-1]["type"] == "message_stop"


@pytest.mark.parametrize("name", ["endless", "no-json"])
def test_an_answer_that_is_none_is_the_provider_s_failure(site, name):
    response = post(site, json.dumps(request(name)))
    assert response.status_code == 502
    assert response.json()["error"]["type"] == "api_error"
    assert resident_kilobytes(site.worker_pid()) < 300_000 + SANITIZER_KILOBYTES
