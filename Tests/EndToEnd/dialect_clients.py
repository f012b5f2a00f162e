"""The SDKs behind one face: what a conversation is in each client's own words, and what came back."""

import base64
import json
from dataclasses import dataclass, field

import anthropic
import httpx2
import openai
import pydantic
from google import genai
from google.genai import types

ERRORS = (openai.APIError, anthropic.APIError, genai.errors.APIError)


@dataclass
class Call:
    """A tool as the model called it."""

    id: str
    name: str
    arguments: dict


@dataclass
class Answer:
    """What an SDK assembled."""

    text: str
    stop: str
    calls: list = field(default_factory=list)
    thoughts: str = ""
    # Tokens: all that came in, those of them from the cache, all that went out, thoughts.
    usage: tuple = ()
    # What the client adds to its conversation.
    turn: list = field(default_factory=list)
    # How many pieces of text came, when it was streamed.
    pieces: int = 0
    parsed: object = None


@dataclass
class Image:
    data: bytes
    media_type: str = "image/png"

    @property
    def base64(self):
        return base64.b64encode(self.data).decode()

    @property
    def url(self):
        return f"data:{self.media_type};base64,{self.base64}"


@dataclass
class Tool:
    """A tool with one argument of text, unless told otherwise."""

    name: str
    arguments: tuple = ("city",)

    @property
    def schema(self):
        return {"type": "object", "properties": {name: {"type": "string"} for name in self.arguments},
                "required": list(self.arguments), "additionalProperties": False}


@dataclass
class Wishes:
    """What a request asks for besides its conversation."""

    system: str = ""
    tools: tuple = ()
    # A tool that must be called.
    tool: str = ""
    one_call: bool = False
    form: type = None
    thinks: bool = False


class ChatClient:
    dialect = "openai-chat"
    words = {"stop": "stop", "tool_calls": "tools"}

    def __init__(self, base, token):
        self.sdk = openai.OpenAI(
            api_key=token, base_url=f"{base}/v1", max_retries=0, timeout=30,
            http_client=openai.DefaultHttpxClient(trust_env=False))

    def close(self):
        self.sdk.close()

    def user(self, *parts):
        content = [{"type": "text", "text": part} if isinstance(part, str) else
                   {"type": "image_url", "image_url": {"url": part.url}} for part in parts]
        return [{"role": "user", "content": parts[0] if parts == (content[0].get("text"),)
                 else content}]

    def results(self, answer, results):
        return answer.turn + [{"role": "tool", "tool_call_id": call.id, "content": result}
                              for call, result in zip(answer.calls, results)]

    def members(self, model, turns, wishes):
        system = [{"role": "system", "content": wishes.system}] if wishes.system else []
        members = {"model": model, "messages": system + turns}
        if wishes.tools:
            members["tools"] = [{"type": "function", "function": {
                "name": tool.name, "description": f"Tells {tool.name}.", "strict": True,
                "parameters": tool.schema}} for tool in wishes.tools]
        if wishes.tool:
            members["tool_choice"] = {"type": "function", "function": {"name": wishes.tool}}
        if wishes.one_call:
            members["parallel_tool_calls"] = False
        if wishes.form:
            members["response_format"] = wishes.form
        if wishes.thinks:
            members["reasoning_effort"] = "low"
        return members

    def ask(self, model, turns, wishes=Wishes()):
        create = self.sdk.chat.completions
        members = self.members(model, turns, wishes)
        return self.told(create.parse(**members) if wishes.form else create.create(**members))

    def stream(self, model, turns, wishes=Wishes()):
        with self.sdk.chat.completions.stream(
                **self.members(model, turns, wishes),
                stream_options={"include_usage": True}) as stream:
            pieces = sum(event.type == "content.delta" for event in stream)
            return self.told(stream.get_final_completion(), pieces)

    def told(self, answer, pieces=0):
        choice, usage = answer.choices[0], answer.usage
        message = choice.message
        turn = {key: value for key, value in message.model_dump(
                    exclude_none=True, exclude={"parsed"}).items()
                if key in ("role", "content", "tool_calls", "thinking_blocks", "reasoning_content")}
        for call in turn.get("tool_calls", ()):
            call.pop("index", None)
            call["function"].pop("parsed_arguments", None)
        return Answer(
            text=message.content or "", stop=self.words.get(choice.finish_reason), pieces=pieces,
            calls=[Call(call.id, call.function.name, json.loads(call.function.arguments))
                   for call in message.tool_calls or []],
            thoughts=getattr(message, "reasoning_content", None) or "",
            usage=(usage.prompt_tokens, usage.prompt_tokens_details.cached_tokens,
                   usage.completion_tokens,
                   getattr(usage.completion_tokens_details, "reasoning_tokens", 0) or 0),
            turn=[turn], parsed=getattr(message, "parsed", None))


class ResponsesClient(ChatClient):
    dialect = "openai-responses"

    def user(self, *parts):
        content = [{"type": "input_text", "text": part} if isinstance(part, str) else
                   {"type": "input_image", "image_url": part.url, "detail": "auto"}
                   for part in parts]
        return [{"role": "user", "content": content}]

    def results(self, answer, results):
        return answer.turn + [
            {"type": "function_call_output", "call_id": call.id, "output": result}
            for call, result in zip(answer.calls, results)]

    def members(self, model, turns, wishes):
        members = {"model": model, "input": turns, "store": False,
                   "include": ["reasoning.encrypted_content"]}
        if wishes.system:
            members["instructions"] = wishes.system
        if wishes.tools:
            members["tools"] = [{"type": "function", "name": tool.name, "strict": True,
                                 "description": f"Tells {tool.name}.", "parameters": tool.schema}
                                for tool in wishes.tools]
        if wishes.tool:
            members["tool_choice"] = {"type": "function", "name": wishes.tool}
        if wishes.one_call:
            members["parallel_tool_calls"] = False
        if wishes.form:
            members["text_format"] = wishes.form
        if wishes.thinks:
            members["reasoning"] = {"effort": "low", "summary": "auto"}
        return members

    def ask(self, model, turns, wishes=Wishes()):
        members = self.members(model, turns, wishes)
        create = self.sdk.responses
        return self.told(create.parse(**members) if wishes.form else create.create(**members))

    def stream(self, model, turns, wishes=Wishes()):
        with self.sdk.responses.stream(**self.members(model, turns, wishes)) as stream:
            pieces = sum(event.type == "response.output_text.delta" for event in stream)
            return self.told(stream.get_final_response(), pieces)

    def told(self, answer, pieces=0):
        assert answer.status == "completed", answer
        usage = answer.usage
        items = [item.model_dump(exclude_none=True, exclude={"content": {"__all__": {"parsed"}}})
                 if item.type == "message" else item.model_dump(exclude_none=True)
                 for item in answer.output]
        for item in items:
            item.pop("parsed_arguments", None)
        calls = [item for item in answer.output if item.type == "function_call"]
        thoughts = [item for item in answer.output if item.type == "reasoning"]
        return Answer(
            text=answer.output_text, stop="tools" if calls else "stop", pieces=pieces,
            calls=[Call(call.call_id, call.name, json.loads(call.arguments)) for call in calls],
            thoughts="".join(part.text for item in thoughts for part in item.summary),
            usage=(usage.input_tokens, usage.input_tokens_details.cached_tokens,
                   usage.output_tokens, usage.output_tokens_details.reasoning_tokens),
            turn=items, parsed=getattr(answer, "output_parsed", None))


class MessagesClient:
    dialect = "anthropic-messages"
    words = {"end_turn": "stop", "tool_use": "tools"}

    def __init__(self, base, token):
        self.sdk = anthropic.Anthropic(
            api_key=token, base_url=base, max_retries=0, timeout=30,
            http_client=anthropic.DefaultHttpxClient(trust_env=False))

    def close(self):
        self.sdk.close()

    def part(self, part):
        if isinstance(part, str):
            return {"type": "text", "text": part}
        return {"type": "image", "source": {
            "type": "base64", "media_type": part.media_type, "data": part.base64}}

    def user(self, *parts):
        return [{"role": "user", "content": [self.part(part) for part in parts]}]

    def results(self, answer, results):
        return answer.turn + [{"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": call.id,
             "content": result if isinstance(result, str) else [self.part(p) for p in result]}
            for call, result in zip(answer.calls, results)]}]

    def members(self, model, turns, wishes):
        members = {"model": model, "max_tokens": 4000, "messages": turns}
        if wishes.system:
            members["system"] = wishes.system
        if wishes.tools:
            members["tools"] = [{"name": tool.name, "description": f"Tells {tool.name}.",
                                 "input_schema": tool.schema} for tool in wishes.tools]
        if wishes.tool:
            members["tool_choice"] = {"type": "tool", "name": wishes.tool}
        if wishes.one_call:
            members["tool_choice"] = {"type": "auto", "disable_parallel_tool_use": True}
        if wishes.form:
            members["output_format"] = wishes.form
        if wishes.thinks:
            members["thinking"] = {"type": "enabled", "budget_tokens": 2000}
        return members

    def ask(self, model, turns, wishes=Wishes()):
        members = self.members(model, turns, wishes)
        create = self.sdk.messages.parse if wishes.form else self.sdk.messages.create
        return self.told(create(**members))

    def stream(self, model, turns, wishes=Wishes()):
        with self.sdk.messages.stream(**self.members(model, turns, wishes)) as stream:
            pieces = sum(event.type == "text" for event in stream)
            return self.told(stream.get_final_message(), pieces)

    def told(self, answer, pieces=0):
        usage = answer.usage
        cached = usage.cache_read_input_tokens or 0
        written = usage.cache_creation_input_tokens or 0
        blocks = [block.model_dump(exclude_none=True) for block in answer.content]
        for block in blocks:
            block.pop("parsed_output", None)
        return Answer(
            text="".join(block.text for block in answer.content if block.type == "text"),
            stop=self.words.get(answer.stop_reason), pieces=pieces,
            calls=[Call(block.id, block.name, block.input) for block in answer.content
                   if block.type == "tool_use"],
            thoughts="".join(block.thinking for block in answer.content
                             if block.type == "thinking"),
            usage=(usage.input_tokens + cached + written, cached, usage.output_tokens, None),
            turn=[{"role": "assistant", "content": blocks}],
            parsed=getattr(answer, "parsed_output", None))


class GeminiClient:
    dialect = "gemini"
    version = "v1beta"

    def __init__(self, base, token):
        self.http = httpx2.Client(trust_env=False, timeout=30)
        self.sdk = genai.Client(api_key=token, http_options=types.HttpOptions(
            base_url=base, api_version=self.version, httpx_client=self.http))

    def close(self):
        self.sdk.close()
        self.http.close()

    def part(self, part):
        if isinstance(part, str):
            return types.Part.from_text(text=part)
        return types.Part.from_bytes(data=part.data, mime_type=part.media_type)

    def user(self, *parts):
        return [types.Content(role="user", parts=[self.part(part) for part in parts])]

    def results(self, answer, results):
        return answer.turn + [types.Content(role="user", parts=[
            types.Part.from_function_response(name=call.name, response={"result": result})
            for call, result in zip(answer.calls, results)])]

    def settings(self, wishes):
        settings = {"automatic_function_calling": {"disable": True}}
        if wishes.system:
            settings["system_instruction"] = wishes.system
        if wishes.tools:
            settings["tools"] = [types.Tool(function_declarations=[types.FunctionDeclaration(
                name=tool.name, description=f"Tells {tool.name}.",
                parameters=types.Schema(
                    type="OBJECT", required=list(tool.arguments),
                    properties={name: types.Schema(type="STRING") for name in tool.arguments}))
                for tool in wishes.tools])]
        if wishes.tool:
            settings["tool_config"] = types.ToolConfig(
                function_calling_config=types.FunctionCallingConfig(
                    mode="ANY", allowed_function_names=[wishes.tool]))
        if wishes.form:
            settings["response_mime_type"] = "application/json"
            settings["response_schema"] = wishes.form
        if wishes.thinks:
            settings["thinking_config"] = types.ThinkingConfig(
                include_thoughts=True, thinking_budget=2000)
        return types.GenerateContentConfig(**settings)

    def ask(self, model, turns, wishes=Wishes()):
        answer = self.sdk.models.generate_content(
            model=model, contents=turns, config=self.settings(wishes))
        return self.told([answer], answer.parsed)

    def stream(self, model, turns, wishes=Wishes()):
        return self.told(list(self.sdk.models.generate_content_stream(
            model=model, contents=turns, config=self.settings(wishes))))

    def told(self, chunks, parsed=None):
        # This SDK assembles nothing: the chunks' parts are what its chats keep.
        parts = [part for chunk in chunks for candidate in chunk.candidates or []
                 for part in (candidate.content and candidate.content.parts) or []]
        reasons = [candidate.finish_reason.value for chunk in chunks
                   for candidate in chunk.candidates or [] if candidate.finish_reason]
        calls = [part.function_call for part in parts if part.function_call]
        usage = chunks[-1].usage_metadata
        assert len(reasons) == 1, reasons
        stop = {"STOP": "tools" if calls else "stop"}.get(reasons[0])
        texts = [part.text for part in parts if part.text and not part.thought]
        return Answer(
            text="".join(texts), stop=stop, pieces=len(texts),
            calls=[Call(call.id, call.name, call.args) for call in calls],
            thoughts="".join(part.text for part in parts if part.text and part.thought),
            usage=(usage.prompt_token_count, usage.cached_content_token_count or 0,
                   (usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0),
                   usage.thoughts_token_count or 0),
            turn=[types.Content(role="model", parts=parts)], parsed=parsed)


class Weather(pydantic.BaseModel):
    """A form of answer that every provider can be held to."""

    city: str
    degrees: int
    rains: bool
    words: list[str]


CLIENTS = {client.dialect: client for client in (
    ChatClient, ResponsesClient, MessagesClient, GeminiClient)}
PROVIDERS = {"chat": "openai-chat", "responses": "openai-responses",
             "messages": "anthropic-messages", "google": "gemini"}
# Names whose version tells the gateway what the model takes.
MODELS = {"chat": "gpt-sim", "responses": "gpt-sim", "messages": "claude-sonnet-4-6-sim",
          "google": "gemini-3-sim"}


def model(provider, *cues):
    """The simulator's model at a provider, strict about what it gets."""
    return "+".join([f"{provider}:{MODELS[provider]}", "strict=1", *cues])


def simulated(base):
    """One provider for each dialect, all played by the simulator."""
    return [{"id": name, "base_url": base.replace("/v1", "/v1beta") if name == "google" else base,
             "dialects": {dialect: {}}, "api_keys": [{"value": "${env:TEST_OPENAI_KEY}"}]}
            for name, dialect in PROVIDERS.items()]
