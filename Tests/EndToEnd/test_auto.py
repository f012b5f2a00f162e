"""Requests that leave the choice of the model to the gateway, and `prefer`."""

import hashlib
import json
import re
import time

import pytest

from machine import TOP, until
from upstream import RawUpstream, STREAM_HEAD, chat_event, chunk, send

PRICES = {"dear": "25", "middle": "8", "cheap": "0.50"}
CODE = "```swift\nlet x = 1\nfor y in 0..<x { print(y) }\n```\n"
TOOLS = [{"type": "function", "function": {"name": f"tool_{n}", "parameters": {"type": "object"}}}
         for n in range(9)]


def model(name, price):
    return {"id": name, "author_id": "maker", "max_context_window": 20_000,
            "supported_features": ["tool-calling", "reasoning"],
            "pricing": {"input": "0.10", "output": price}}


def providers(base):
    return [{"id": name, "base_url": base, "models": [model(f"sim-{name}", price),
                                                      model("sim-shared", price)],
             "dialects": {"openai-chat": {}, "openai-responses": {}, "anthropic-messages": {}}}
            for name, price in PRICES.items()]


@pytest.fixture(scope="module")
def site(start_shared_machine):
    return start_shared_machine(providers=providers)


def served(response):
    assert response.status_code == 200, response.text
    return response.headers["ngrok-aig-model"]


@pytest.mark.parametrize("name", ["auto", "ngrok/auto", "AUTO", None])
def test_without_a_model_the_cheapest_that_is_able_enough_serves(site, name):
    assert served(site.chat(name, text="hello")).startswith("cheap:")
    assert served(site.chat(name, text=CODE)).startswith("middle:")
    assert served(site.chat(name, text=CODE * 40, tools=TOOLS)).startswith("dear:")


@pytest.mark.parametrize("path, body", [
    ("/v1/chat/completions", {"messages": [{"role": "user", "content": "hi"}]}),
    ("/v1/responses", {"input": "hi"}),
    ("/v1/messages", {"max_tokens": 64, "messages": [{"role": "user", "content": "hi"}]}),
])
def test_every_dialect_may_leave_the_choice(site, path, body):
    site.forget_requests()
    response = site.client.post(path, json=body, headers={"x-api-key": site.token})
    assert served(response).startswith("cheap:")
    [request] = site.simulator_requests()
    assert request["model"] in ("sim-cheap", "sim-shared")
    # The name was put in, and nothing else was touched.
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
    named = f'{{"model":"{request["model"]}",{text[1:]}'
    assert request["body_sha256"] == hashlib.sha256(named.encode()).hexdigest()


def test_where_the_chosen_one_fails_the_next_serves(start_machine):
    def failing(base):
        made = providers(base)
        made[-1]["base_url"] = "http://127.0.0.1:9/v1"
        made[-1]["dialects"] = {"openai-chat": {}}
        return made
    site = start_machine(providers=failing)
    response = site.chat(None, text="hello")
    assert served(response).startswith("middle:")
    assert int(response.headers["ngrok-aig-attempts"]) == 3


def test_what_no_model_takes_is_refused(site):
    response = site.chat("auto", text="word " * 40_000)
    assert response.status_code == 422
    assert response.headers["ngrok-error-code"] == "ERR_NGROK_3805"


def test_auto_is_no_name_among_others_and_not_for_embeddings(site):
    response = site.chat("auto", models=["nobody:x"])
    assert response.status_code == 400
    response = site.client.post("/v1/embeddings", json={"model": "auto", "input": "x"},
                                headers={"x-api-key": site.token})
    assert (response.status_code, response.headers["ngrok-error-code"]) == (400, "ERR_NGROK_27224")
    response = site.client.post("/v1/embeddings", json={"input": "x"},
                                headers={"x-api-key": site.token})
    assert (response.status_code, response.headers["ngrok-error-code"]) == (400, "ERR_NGROK_27228")


def test_route_tells_the_band_and_why(site, tmp_path):
    body = tmp_path / "body.json"
    body.write_text(json.dumps({"messages": [{"role": "user", "content": CODE * 40}], "tools": TOOLS}))
    lines = site.cli("route", "--body", str(body)).stdout.splitlines()
    assert lines[0] == "auto at ep_main, openai-chat:"
    assert lines[1].strip().startswith("1. dear:")
    [chosen] = [line.strip() for line in lines if "chosen by" in line]
    assert chosen.startswith("chosen by auto: high band: ")
    assert "9 tools (2)" in chosen
    shown = json.loads(site.cli("route", "--model", "auto", "--json").stdout)
    assert shown["strategy"]["path"] == "auto"
    assert shown["attempts"][0]["provider"] == "cheap"


def body_with(what, count):
    """A request that has so many of something of the page's table, and else next to nothing."""
    body = {"messages": [{"role": "user", "content": "hi"}]}
    match what:
        case "tools":
            body["tools"] = [TOOLS[0]] * count
        case "turns":
            body["messages"] *= count
        case "images":
            image = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
            body["messages"][0]["content"] = [image] * count
        case "tokens of output that it asks for":
            body["max_tokens"] = count
    return body


def test_the_page_tells_what_rates_a_request(site, tmp_path):
    page = (TOP / "docs" / "routing.md").read_text()
    section = page.split("## When the gateway chooses")[1].split("\n## ")[0]
    found = {cells[1].strip(): cells[2:4] for line in section.splitlines()
             if line.startswith("|") and len(cells := line.split("|")) == 5}
    tried = 0
    for what in ("tools", "turns", "images", "tokens of output that it asks for"):
        for points, cell in enumerate(found[what], start=1):
            if not (least := cell.strip().replace(",", "")):
                continue
            for count, wanted in ((int(least), points), (int(least) - 1, points - 1)):
                path = tmp_path / "body.json"
                path.write_text(json.dumps(body_with(what, count)))
                shown = json.loads(site.cli("route", "--body", str(path), "--json").stdout)
                text = shown["strategy"]["expression"]
                noun = "tokens of output" if "output" in what else what
                told = re.search(rf"\d+ {noun} \((\d)\)", text)
                assert (int(told[1]) if told else 0) == wanted, (what, count, text)
                tried += 1
    assert tried == 10


def prefer(site, word):
    site.config["gateways"][0]["model_selection"] = {"prefer": word}
    site.write_config()
    assert site.cli("reload").returncode == 0


def test_prefer_orders_the_providers_of_a_model(start_machine):
    site = start_machine(providers=providers)
    assert served(site.chat("sim-shared")) == "dear:sim-shared"
    prefer(site, "cheapest")
    assert served(site.chat("sim-shared")) == "cheap:sim-shared"
    assert served(site.chat("dear:sim-shared")) == "dear:sim-shared"
    route = site.cli("route", "--model", "sim-shared").stdout
    assert "chosen by model_selection.prefer: cheapest" in route
    # A model that the client named first is tried first, whatever it costs.
    assert served(site.chat("sim-dear", models=["sim-cheap"])) == "dear:sim-dear"


def test_prefer_learns_which_provider_is_fast(start_machine):
    def reply(connection, request):
        if request.target.startswith("/slow/"):
            time.sleep(0.2)
        return send(connection, STREAM_HEAD + chunk(chat_event("x") + b"data: [DONE]\n\n")
                    + b"0\r\n\r\n")
    upstream = RawUpstream({}, default=reply)
    root = upstream.base.removesuffix("/v1")
    try:
        site = start_machine(
            providers=[{"id": name, "base_url": f"{root}/{name}/v1", "models": [{"id": "m"}]}
                       for name in ("slow", "quick")],
            gateway={"model_selection": {"prefer": "fastest"}})
        for provider in ("slow", "quick"):
            site.chat(f"{provider}:m", stream=True)
        until("the faster one is asked", lambda: most(site) == "quick")
    finally:
        upstream.close()


def most(site):
    """Who serves most of some requests: one in twenty is a trial."""
    names = [served(site.chat("m", stream=True)).split(":")[0] for _ in range(5)]
    return max(set(names), key=names.count)
