"""Calls the gateway with whichever OpenAI and Anthropic SDKs are importable; prints what they gave.

A program of its own, since two versions of an SDK can't live in one process:
sdk_calls.py ORIGIN TOKEN CA_FILE, JSON on standard output: {call: {"result" | "error"}}.
"""

import json
import ssl
import sys

import anthropic
import openai

origin, token, authority = sys.argv[1:4]
context = ssl.create_default_context(cafile=authority)


def openai_client(key=token):
    return openai.OpenAI(
        api_key=key, base_url=f"{origin}/v1", max_retries=0, timeout=60,
        http_client=openai.DefaultHttpxClient(verify=context, trust_env=False))


def anthropic_client(key=token):
    return anthropic.Anthropic(
        api_key=key, base_url=origin, max_retries=0, timeout=60,
        http_client=anthropic.DefaultHttpxClient(verify=context, trust_env=False))


chat, claude = openai_client(), anthropic_client()
UNICODE = "Grüße, 世界 🌍 — \u202eمرحبا\u202c \u0000 ‘quotes’ \\ \"escapes\" \n end"
LARGE = "All work and no play. " * ((8 << 20) // 22)


def user(text):
    return [{"role": "user", "content": text}]


def chat_plain(text="Hello there"):
    answer = chat.chat.completions.create(model="openai:sim", messages=user(text))
    return {"text": answer.choices[0].message.content, "usage": answer.usage.total_tokens,
            "finish": answer.choices[0].finish_reason}


def chat_stream(text="Hello there"):
    parts, finish, usage = [], None, None
    for event in chat.chat.completions.create(
            model="openai:sim", messages=user(text), stream=True,
            stream_options={"include_usage": True}):
        usage = event.usage.total_tokens if event.usage else usage
        for choice in event.choices:
            parts.append(choice.delta.content or "")
            finish = choice.finish_reason or finish
    return {"text": "".join(parts), "parts": len(parts), "finish": finish, "usage": usage}


TOOL = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
CHAT_TOOLS = [{"type": "function", "function": {"name": "weather", "parameters": TOOL}}]


def chat_tool():
    answer = chat.chat.completions.create(
        model="openai:sim", messages=user("Weather in Ghent?"), tools=CHAT_TOOLS)
    call = answer.choices[0].message.tool_calls[0]
    return {"name": call.function.name, "arguments": json.loads(call.function.arguments),
            "finish": answer.choices[0].finish_reason}


def chat_tool_stream():
    name, arguments = None, ""
    for event in chat.chat.completions.create(
            model="openai:sim", messages=user("Weather in Ghent?"), tools=CHAT_TOOLS, stream=True):
        for choice in event.choices:
            for call in choice.delta.tool_calls or []:
                name = call.function.name or name
                arguments += call.function.arguments or ""
    return {"name": name, "arguments": json.loads(arguments)}


def embeddings():
    answer = chat.embeddings.create(model="openai:sim", input=["one", "two"])
    return {"count": len(answer.data), "floats": all(
        isinstance(number, float) for row in answer.data for number in row.embedding)}


def openai_models():
    page = chat.models.list()
    return {"object": page.object, "ids": [model.id for model in page.data]}


def responses_stream():
    parts, types = [], []
    for event in chat.responses.create(model="openai:sim", input="Hello there", stream=True):
        types.append(event.type)
        if event.type == "response.output_text.delta":
            parts.append(event.delta)
    return {"text": "".join(parts), "first": types[0], "last": types[-1]}


def large_chat():
    return {"length": len(chat_plain(LARGE)["text"] or "")}


def messages_plain(text="Hello there"):
    answer = claude.messages.create(model="anthropic:sim", max_tokens=64, messages=user(text))
    return {"text": answer.content[0].text, "stop": answer.stop_reason,
            "usage": answer.usage.output_tokens}


def messages_stream(text="Hello there"):
    with claude.messages.stream(
            model="anthropic:sim", max_tokens=64, messages=user(text)) as stream:
        parts = list(stream.text_stream)
        final = stream.get_final_message()
    return {"text": "".join(parts), "stop": final.stop_reason, "usage": final.usage.output_tokens}


MESSAGES_TOOLS = [{"name": "weather", "description": "Tells it.", "input_schema": TOOL}]


def messages_tool():
    answer = claude.messages.create(model="anthropic:sim", max_tokens=64, tools=MESSAGES_TOOLS,
                                    messages=user("Weather in Ghent?"))
    call = [block for block in answer.content if block.type == "tool_use"][0]
    return {"name": call.name, "arguments": call.input, "stop": answer.stop_reason}


def messages_tool_stream():
    with claude.messages.stream(model="anthropic:sim", max_tokens=64, tools=MESSAGES_TOOLS,
                                messages=user("Weather in Ghent?")) as stream:
        answer = stream.get_final_message()
    call = [block for block in answer.content if block.type == "tool_use"][0]
    return {"name": call.name, "arguments": call.input, "stop": answer.stop_reason}


def large_messages():
    return {"length": len(messages_plain(LARGE)["text"])}


def count_tokens():
    return {"tokens": claude.messages.count_tokens(
        model="anthropic:sim", messages=user("Hello there")).input_tokens}


def anthropic_models():
    page = claude.models.list()
    return {"ids": [model.id for model in page.data], "more": page.has_more,
            "names": [model.display_name for model in page.data]}


def openai_bad_key():
    openai_client("ng-wrong").chat.completions.create(model="openai:sim", messages=user("x"))


def openai_bad_key_stream():
    for _ in openai_client("ng-wrong").chat.completions.create(
            model="openai:sim", messages=user("x"), stream=True):
        pass


def openai_bad_model():
    chat.chat.completions.create(model="nobody:sim", messages=user("x"))


def openai_bad_path():
    chat.post("/nothing/here", cast_to=object, body={})


def anthropic_bad_key():
    anthropic_client("ng-wrong").messages.create(
        model="anthropic:sim", max_tokens=1, messages=user("x"))


def anthropic_bad_key_stream():
    with anthropic_client("ng-wrong").messages.stream(
            model="anthropic:sim", max_tokens=1, messages=user("x")) as stream:
        list(stream)


def anthropic_bad_model():
    claude.messages.create(model="nobody:sim", max_tokens=1, messages=user("x"))


def upstream_limit():
    chat.chat.completions.create(model="openai:sim+status=429+retry-after=7", messages=user("x"))


def chat_unicode():
    return chat_plain(UNICODE)


def chat_unicode_stream():
    return chat_stream(UNICODE)


def messages_unicode():
    return messages_plain(UNICODE)


def messages_unicode_stream():
    return messages_stream(UNICODE)


CALLS = [
    chat_plain, chat_stream, chat_unicode, chat_unicode_stream, chat_tool, chat_tool_stream,
    embeddings, openai_models, responses_stream, large_chat, messages_plain, messages_stream,
    messages_unicode, messages_unicode_stream, messages_tool, messages_tool_stream, large_messages,
    count_tokens, anthropic_models, openai_bad_key, openai_bad_key_stream, openai_bad_model,
    openai_bad_path, anthropic_bad_key, anthropic_bad_key_stream, anthropic_bad_model,
    upstream_limit,
]

outcome = {"versions": {"openai": openai.__version__, "anthropic": anthropic.__version__}}
for call in CALLS:
    try:
        outcome[call.__name__] = {"result": call()}
    except Exception as error:  # The class is the finding.
        response = getattr(error, "response", None)
        outcome[call.__name__] = {"error": {
            "class": type(error).__name__, "status": getattr(error, "status_code", None),
            "message": str(error)[:500],
            "retry-after": response.headers.get("retry-after") if response is not None else None}}
json.dump(outcome, sys.stdout)
