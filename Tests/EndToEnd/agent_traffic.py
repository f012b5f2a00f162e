"""Requests as coding agents send them: fifty tools, sixty turns, some hundred kilobytes."""

import base64
import json
import random

WORDS = ("let", "value", "=", "\"text\\n\"", "// comment", "func", "{", "}", "Grüße", "世界", "\t",
         "return", "nil", "if", "else", "0.7", "<div>", "&&", "'", "`code`", "🌍")


def signature(thoughts):
    """What the simulator signs thoughts with."""
    state = 0xCBF29CE484222325
    for byte in thoughts.encode():
        state = (state ^ byte) * 0x100000001B3 & (1 << 64) - 1
    return base64.b64encode(b"simulated signature " + state.to_bytes(8, "little")).decode()


class Agent:
    """The generator of one conversation; a seed makes the same one again."""

    def __init__(self, seed, rounds=30, tools=50):
        self.random = random.Random(seed)
        self.rounds = rounds
        self.tools = [self.tool(number) for number in range(tools)]

    def text(self, length):
        words = []
        while length > 0:
            words.append(self.random.choice(WORDS))
            length -= len(words[-1]) + 1
        return " ".join(words) + "."

    def tool(self, number):
        kinds = [{"type": "string", "description": self.text(60)},
                 {"type": "integer", "minimum": 1, "maximum": 2000},
                 {"type": "boolean", "default": False},
                 {"type": "string", "enum": ["content", "files", "count"]},
                 {"type": "array", "items": {"type": "object", "properties": {
                     "id": {"type": "string", "minLength": 1}, "status": {"type": "string"}},
                     "required": ["id"], "additionalProperties": False}},
                 {"anyOf": [{"type": "string"}, {"type": "null"}]}]
        names = ["path", "limit", "all", "mode", "items", "filter"]
        count = self.random.randint(1, len(names))
        server = "mcp__a-server-with-quite-a-long-name__" if number % 7 == 3 else ""
        return {"name": f"{server}tool_with_a_name_of_its_own_{number}",
                "description": self.text(self.random.randint(200, 900)),
                "schema": {"$schema": "http://json-schema.org/draft-07/schema#", "type": "object",
                           "properties": dict(list(zip(names, kinds))[:count]),
                           "required": names[:1], "additionalProperties": False}}

    def calls(self, number):
        for place in range(self.random.choice([1, 1, 1, 2, 3])):
            tool = self.random.choice(self.tools)
            yield (f"toolu_{number:02}_{place}", tool["name"],
                   {"path": f"/src/{number}-{place}.swift", "limit": number})

    def messages(self, model):
        """As Claude Code asks: marks for the cache, thoughts, who asks, a stream."""
        mark = {"cache_control": {"type": "ephemeral"}}
        turns = [{"role": "user", "content": [
            {"type": "text", "text": "<system-reminder>" + self.text(2000) + "</system-reminder>"},
            {"type": "text", "text": "Mend the build."}]}]
        for number in range(self.rounds):
            calls = list(self.calls(number))
            thoughts = self.text(400)
            turns.append({"role": "assistant", "content": [
                {"type": "thinking", "thinking": thoughts, "signature": signature(thoughts)},
                {"type": "text", "text": f"Now step {number}. "},
                *({"type": "tool_use", "id": id, "name": name, "input": given}
                  for id, name, given in calls)]})
            turns.append({"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": id, "is_error": number % 11 == 5,
                 "content": self.text(3500) if number % 3
                 else [{"type": "text", "text": self.text(3000)}]}
                for id, _, _ in calls]})
        turns[-1]["content"][-1] |= mark
        turns[-3]["content"][-1] |= mark
        return {
            "model": model, "max_tokens": 32000, "stream": True,
            "system": [{"type": "text", "text": "You are an agent."},
                       {"type": "text", "text": self.text(14000), **mark}],
            "thinking": {"type": "enabled", "budget_tokens": 16000},
            "messages": turns, "metadata": {"user_id": "user_0123_account__session_4567"},
            "tools": [{"name": tool["name"], "description": tool["description"],
                       "input_schema": tool["schema"]} for tool in self.tools],
        }

    def chat(self, model):
        """As agents with OpenAI's chat do."""
        turns = [{"role": "system", "content": self.text(14000)},
                 {"role": "user", "content": "Mend the build."}]
        for number in range(self.rounds):
            calls = list(self.calls(number))
            turns.append({"role": "assistant", "content": f"Now step {number}. ", "tool_calls": [
                {"id": id, "type": "function", "function": {
                    "name": name[-64:], "arguments": json.dumps(given)}}
                for id, name, given in calls]})
            turns += [{"role": "tool", "tool_call_id": id, "content": self.text(3500)}
                      for id, _, _ in calls]
        return {
            "model": model, "max_completion_tokens": 32000, "stream": True,
            "stream_options": {"include_usage": True}, "parallel_tool_calls": True,
            "tool_choice": "auto", "user": "session-4567", "messages": turns,
            "tools": [{"type": "function", "function": {
                "name": tool["name"][-64:], "description": tool["description"],
                "parameters": tool["schema"]}} for tool in self.tools],
        }


def last_results(body):
    """What the tools said last, as the simulator says it again."""
    results = []
    for turn in reversed(body["messages"]):
        if turn["role"] == "tool":
            results.insert(0, turn["content"])
        elif turn["role"] == "user":
            for block in turn["content"]:
                content = block["content"]
                results.append(content if isinstance(content, str) else content[0]["text"])
            break
        else:
            break
    return "\n".join(results)
