"""What clients do in a soak: good requests, bad ones, faults of providers, and leaving early."""

import random
import threading
from collections import Counter

import httpx

SERVED = {200}
FAILED = {429, 500, 502, 503, 504}
# Seconds that a client waits between two requests, on average.
PAUSE = 0.05
AUDIO = bytes(range(256)) * 1200


class Clients:
    """Some threads, each doing one thing after another until told to stop."""

    def __init__(self, site, count, seed):
        self.site = site
        self.seen = Counter()
        self.odd = []
        self.lock = threading.Lock()
        self.is_open = threading.Event()
        self.is_over = threading.Event()
        self.busy = 0
        self.threads = [threading.Thread(target=self.live, args=(seed + number,), daemon=True)
                        for number in range(count)]
        for thread in self.threads:
            thread.start()

    def live(self, seed):
        choice = random.Random(seed)
        kinds = [kind for kind, weight in KINDS for _ in range(weight)]
        with httpx.Client(base_url=self.site.base, timeout=30, trust_env=False) as client:
            while not self.is_over.is_set():
                if not self.is_open.wait(0.2):
                    continue
                with self.lock:
                    self.busy += 1
                kind = choice.choice(kinds)
                try:
                    self.note(kind, kind(Caller(client, self.site, choice)))
                except Exception as error:  # Each is a finding, told at the end.
                    self.note(kind, f"{type(error).__name__}: {error}")
                finally:
                    with self.lock:
                        self.busy -= 1
                self.is_over.wait(choice.expovariate(1 / PAUSE))

    def note(self, kind, problem):
        with self.lock:
            self.seen[kind.__name__] += 1
            if problem and len(self.odd) < 100:
                self.odd.append(f"{kind.__name__}: {problem}")

    def stop(self):
        self.is_over.set()
        for thread in self.threads:
            thread.join(60)


class Caller:
    """One client's next request."""

    def __init__(self, client, site, choice):
        self.client, self.site, self.choice = client, site, choice

    def headers(self, **more):
        return {**self.site.headers(), **more}

    def chat(self, model, text="hello", **members):
        return self.client.post("/v1/chat/completions", headers=self.headers(), json={
            "model": model, "messages": [{"role": "user", "content": text}], **members})

    def stream(self, model, path="/v1/chat/completions", **members):
        return self.client.stream("POST", path, headers=self.headers(), json={
            "model": model, "stream": True, "max_tokens": 64,
            "messages": [{"role": "user", "content": "hello"}], **members})


def expect(response, statuses):
    if response.status_code not in statuses:
        return f"{response.status_code} {response.text[:200]}"
    return None


def plain(caller):
    return expect(caller.chat("openai:sim", "Grüße " * caller.choice.randint(1, 200)), SERVED)


def large(caller):
    return expect(caller.chat("openai:sim-fast", "x" * caller.choice.randint(1 << 16, 1 << 21)),
                  SERVED)


def other_dialects(caller):
    path, body = caller.choice.choice([
        ("/v1/messages", {"model": "anthropic:sim", "max_tokens": 5, "messages": []}),
        ("/v1/responses", {"model": "openai:sim", "input": "hi"}),
        ("/v1/embeddings", {"model": "openai:sim", "input": ["a", "b"]})])
    return expect(caller.client.post(path, json=body, headers=caller.headers()), SERVED)


def form(caller):
    return expect(caller.client.post(
        "/v1/audio/transcriptions", headers=caller.headers(), data={"model": "openai:sim"},
        files={"file": ("a.wav", AUDIO, "audio/wav")}), SERVED)


def whole_stream(caller):
    with caller.stream(f"openai:sim+events={caller.choice.randint(1, 60)}+interval=5ms") as answer:
        text = answer.read()
    return None if b"[DONE]" in text else f"{answer.status_code} {text[-200:]}"


def leaves_a_stream(caller):
    with caller.stream("openai:sim+events=1000+interval=5ms") as answer:
        for number, _ in enumerate(answer.iter_raw()):
            if number >= caller.choice.randint(0, 8):
                break
    return None if answer.status_code == 200 else f"{answer.status_code}"


def leaves_before_the_answer(caller):
    try:
        caller.client.post(
            "/v1/chat/completions", headers=caller.headers(), timeout=0.1,
            json={"model": "openai:sim+delay=3s", "messages": []})
    except httpx.TimeoutException:
        return None
    return "was answered before it could be"


def failed_over(caller):
    fault = caller.choice.choice(
        ["status=500", "status=429", "cut=head", "garbage=1+status=503", "status=401"])
    answer = caller.chat(f"openai:sim+{fault}", models=["openai:sim-fast"],
                         stream=caller.choice.random() < 0.5)
    return expect(answer, SERVED)


def failed(caller):
    fault = caller.choice.choice(["status=500", "status=429", "cut=head", "status=401"])
    return expect(caller.chat(f"openai:sim+{fault}"), FAILED)


def broken_stream(caller):
    fault = caller.choice.choice(
        ["cut=3", "error-event=3", "stall=2", "garbage=1", "empty=1", "stall=0", "hugeline=300KB"])
    with caller.stream(f"openai:sim+events=9+{fault}") as answer:
        try:
            answer.read()
        except httpx.RemoteProtocolError:
            pass
    return None if answer.status_code in SERVED | FAILED else f"{answer.status_code}"


def refused(caller):
    path, body, headers, status = caller.choice.choice([
        ("/v1/chat/completions", b"{", caller.headers(), 400),
        ("/v1/chat/completions", b'{"model":"nobody:x"}', caller.headers(), 400),
        ("/v1/chat/completions", b"{}" * 50000, {"Authorization": "Bearer ng-wrong"}, 401),
        ("/v1/audio/translations", b"--B", caller.headers(
            **{"Content-Type": "multipart/form-data; boundary=B"}), 400),
        ("/v1/nothing", b"{}", caller.headers(), 404)])
    return expect(caller.client.post(path, content=body, headers=headers), {status})


KINDS = [(plain, 6), (large, 1), (other_dialects, 4), (form, 2), (whole_stream, 4),
         (leaves_a_stream, 4), (leaves_before_the_answer, 3), (failed_over, 4), (failed, 2),
         (broken_stream, 3), (refused, 3)]
