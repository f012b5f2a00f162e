"""Streams that break off after content, with `stream_recovery: continue`: the SDKs read one answer."""

import json

import anthropic
import openai
import pytest

from machine import until
from upstream import RawUpstream, STREAM_HEAD, chunk, send, wait_for_peer_to_leave


def chat_chunk(server, delta, finish=None):
    return b"data: " + json.dumps({
        "id": f"chatcmpl-{server}", "object": "chat.completion.chunk", "created": len(server),
        "model": f"model-of-{server}",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}).encode() + b"\n\n"


def event(kind, **members):
    data = json.dumps({"type": kind, **members}).encode()
    return b"event: " + kind.encode() + b"\ndata: " + data + b"\n\n"


def message_start(server):
    return event("message_start", message={
        "id": f"msg_{server}", "type": "message", "role": "assistant", "content": [],
        "model": f"model-of-{server}", "stop_reason": None, "stop_sequence": None,
        "usage": {"input_tokens": 7, "output_tokens": 1}})


def text_block(index, *texts):
    return b"".join([
        event("content_block_start", index=index, content_block={"type": "text", "text": ""}),
        *(event("content_block_delta", index=index, delta={"type": "text_delta", "text": text})
          for text in texts)])


CHAT_BEGINNING = (chat_chunk("first", {"role": "assistant", "content": ""})
                  + chat_chunk("first", {"content": "The answer "})
                  + chat_chunk("first", {"content": "is 42, "}))
CHAT_REST = (chat_chunk("second", {"role": "assistant", "content": ""})
             + chat_chunk("second", {"content": "as 世界 knows."})
             + chat_chunk("second", {}, "stop") + b"data: [DONE]\n\n")
BEGINNING = message_start("first") + text_block(0, "The answer ", "is 42, ")
REST = (message_start("second") + text_block(0, " as 世界 knows.")
        + event("content_block_stop", index=0)
        + event("message_delta", delta={"stop_reason": "end_turn", "stop_sequence": None},
                usage={"output_tokens": 9})
        + event("message_stop"))
WHOLE = "The answer is 42, as 世界 knows."


def is_chat(request):
    return request.target.endswith("/chat/completions")


def begin(connection, request, torn=b""):
    text = CHAT_BEGINNING if is_chat(request) else BEGINNING
    connection.sendall(STREAM_HEAD + chunk(text + torn))


def cut(connection, request):
    begin(connection, request, torn=b'data: {"id":"chatc')
    return False


def stall(connection, request):
    begin(connection, request)
    return wait_for_peer_to_leave(connection)


def err(connection, request):
    begin(connection, request)
    failure = (b'data: {"error":{"message":"overloaded","type":"server_error"}}\n\n'
               if is_chat(request)
               else event("error", error={"type": "overloaded_error", "message": "overloaded"}))
    return send(connection, chunk(failure) + b"0\r\n\r\n")


def go_on(connection, request):
    return send(connection, STREAM_HEAD + chunk(
        CHAT_REST if is_chat(request) else REST) + b"0\r\n\r\n")


@pytest.fixture(scope="module")
def raw():
    upstream = RawUpstream({"cut": cut, "stall": stall, "err": err}, default=go_on)
    yield upstream
    upstream.close()


@pytest.fixture(scope="module")
def site(start_shared_machine, raw):
    dialects = {"openai-chat": {}, "anthropic-messages": {}}
    return start_shared_machine(
        providers=[{"id": name, "base_url": raw.base, "dialects": dialects}
                   for name in ("one", "two")],
        gateway={"stream_recovery": "continue", "stall_timeout": "1s"})


BREAKS = pytest.mark.parametrize("how", ["cut", "stall", "err"])


@BREAKS
def test_the_openai_sdk_reads_one_whole_answer(site, raw, how):
    raw.requests.clear()
    client = openai.OpenAI(api_key=site.token, base_url=f"{site.base}/v1", max_retries=0,
                           http_client=openai.DefaultHttpxClient(trust_env=False), timeout=20)
    with client.chat.completions.stream(
            model=f"one:{how}", messages=[{"role": "user", "content": "What?"}],
            extra_body={"models": ["two:rest"]}) as stream:
        ids = {chunk.chunk.id for chunk in stream if chunk.type == "chunk"}
        answer = stream.get_final_completion()
    assert answer.choices[0].message.content == WHOLE
    assert answer.choices[0].message.role == "assistant"
    assert answer.choices[0].finish_reason == "stop"
    assert ids == {answer.id} == {"chatcmpl-first"}
    assert answer.model == "model-of-first"
    assert json.loads(raw.requests[1].body)["messages"] == [
        {"role": "user", "content": "What?"},
        {"role": "assistant", "content": "The answer is 42, "}]


@BREAKS
def test_the_anthropic_sdk_reads_one_whole_message(site, raw, how):
    raw.requests.clear()
    client = anthropic.Anthropic(
        api_key=site.token, base_url=site.base, max_retries=0,
        http_client=anthropic.DefaultHttpxClient(trust_env=False), timeout=20)
    with client.messages.stream(
            model=f"one:{how}", max_tokens=100, messages=[{"role": "user", "content": "What?"}],
            extra_body={"models": ["two:rest"]}) as stream:
        text = "".join(stream.text_stream)
        message = stream.get_final_message()
    assert text == WHOLE
    assert [block.text for block in message.content] == [WHOLE]
    assert (message.id, message.model) == ("msg_first", "model-of-first")
    assert message.stop_reason == "end_turn"
    assert json.loads(raw.requests[1].body)["messages"][-1] == {
        "role": "assistant", "content": "The answer is 42,"}


def test_a_comment_marks_the_seam_and_the_log_tells_both(site):
    response = site.chat("one:cut", models=["two:rest"], stream=True)
    assert response.content.count(b"\n: recovered\n") == 1
    assert b"model-of-second" not in response.content
    assert response.headers["ngrok-aig-model"] == "one:cut"
    request_id = response.headers["ngrok-aig-request-id"]
    line = until("its line is written", lambda: [
        line for line in site.access_lines() if request_id in json.dumps(line)])[0]
    assert [attempt["result"] for attempt in line["attempts"]] == ["connection lost", "200"]


def test_with_nobody_left_the_stream_ends_in_one_error(site):
    response = site.chat("one:cut", models=["two:err", "one:cut"], stream=True)
    events = [part for part in response.content.split(b"\n\n") if part.startswith(b"data: ")]
    assert b"error" in events[-1]
    assert b"[DONE]" not in response.content
    assert response.content.count(b'"code":"ERR_NGROK_27208"') == 1
