"""Calls the gateway with LangChain's models for OpenAI and Anthropic; prints what they gave.

A program of its own, since LangChain asks for other versions of the SDKs:
langchain_calls.py ORIGIN TOKEN CLIENT MODEL..., JSON on standard output, a list for each model:
{call: {"result" | "error"}}. CLIENT is chat, responses or messages.
"""

import base64
import json
import sys
import warnings

from langchain_anthropic import ChatAnthropic
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_openai import ChatOpenAI
from pydantic import BaseModel

origin, token, kind = sys.argv[1:4]
# What is not asked for is no warning of the gateway's answer.
warnings.simplefilter("error")
PIXEL = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(range(62))).decode()


def model(name, *cues, **settings):
    name = "+".join([name, *cues])
    if kind == "messages":
        return ChatAnthropic(model=name, api_key=token, base_url=origin, max_retries=0,
                             max_tokens=4000, timeout=30, **settings)
    return ChatOpenAI(model=name, api_key=token, base_url=f"{origin}/v1", max_retries=0,
                      use_responses_api=kind == "responses", timeout=30, **settings)


def weather(city: str) -> str:
    """Tells the weather."""
    return city


def clock(city: str) -> str:
    """Tells the time."""
    return city


class Report(BaseModel):
    """A report."""

    city: str
    degrees: int


def told(message):
    return {"text": message.text if isinstance(message.text, str) else message.text(),
            "tokens": (message.usage_metadata or {}).get("total_tokens"),
            "calls": [[call["name"], call["args"]] for call in message.tool_calls]}


def assembled(chunks):
    whole = None
    for chunk in chunks:
        whole = chunk if whole is None else whole + chunk
    return whole


def plain(name):
    return told(model(name).invoke("Hello there"))


def streamed(name):
    return told(assembled(model(name, stream_usage=True).stream("Hello there")))


def tools(name, stream=False):
    bound = model(name, "calls=2").bind_tools([weather, clock])
    ask = (lambda turns: assembled(bound.stream(turns))) if stream else bound.invoke
    turns = [HumanMessage("Ghent")]
    first = ask(turns)
    turns += [first, *(ToolMessage(f"{call['name']} is fine.", tool_call_id=call["id"])
                       for call in first.tool_calls)]
    return {"first": told(first), "second": told(ask(turns))}


def tools_streamed(name):
    return tools(name, stream=True)


def image(name):
    content = [{"type": "text", "text": "What?"},
               {"type": "image", "base64": PIXEL, "mime_type": "image/png"}]
    return told(model(name).invoke([HumanMessage(content)]))


def form(name):
    return model(name).with_structured_output(Report).invoke("Ghent").model_dump()


def limited(name):
    return told(model(name, "status=429").invoke("x"))


def broken_stream(name):
    return told(assembled(model(name, "error-event=2", "interval=5ms").stream("a b c d e f")))


def outcome(call, name):
    try:
        return {"result": call(name)}
    except Exception as error:  # The class is the finding.
        return {"error": {"class": type(error).__name__, "message": str(error)[:400],
                          "bases": [base.__name__ for base in type(error).__mro__]}}


CALLS = [plain, streamed, tools, tools_streamed, image, form, limited, broken_stream]
json.dump([{call.__name__: outcome(call, name) for call in CALLS} for name in sys.argv[4:]],
          sys.stdout)
