"""Requests with files in them: only the part that names the model is read, and changed."""

import hashlib
import io
import json

import httpx
import openai
import pytest

from test_faithfulness import only

AUDIO = bytes(range(256)) * 2000 + b"\r\n--not-the-boundary\r\n--\r\n"
PATHS = ["/v1/audio/transcriptions", "/v1/audio/translations", "/v1/images/edits",
         "/v1/images/variations"]


@pytest.fixture(scope="module")
def site(start_shared_machine):
    """Where nobody counts what files cost, managed keys pay for them."""
    return start_shared_machine(settings={"credits": {"mode": "off"}})


def test_where_costs_are_counted_managed_keys_pay_for_no_files(start_machine):
    site = start_machine()
    refused = post(site, PATHS[0], form(FILE, ('name="model"', b"openai:sim")))
    assert refused.status_code == 400
    assert refused.json()["error"]["code"] == "ERR_NGROK_27249"


@pytest.fixture
def client(site):
    with openai.OpenAI(api_key=site.token, base_url=f"{site.base}/v1", max_retries=0, timeout=30,
                       http_client=httpx.Client(trust_env=False)) as client:
        yield client


def form(*parts, boundary="B0undary", end=True):
    body = b"".join(
        f"--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + value + b"\r\n"
        for head, value in parts)
    return body + (f"--{boundary}--\r\n".encode() if end else b"")


def post(site, path, body, content_type="multipart/form-data; boundary=B0undary"):
    site.forget_requests()
    return site.client.post(
        path, content=body, headers={**site.headers(), "Content-Type": content_type})


FILE = ('name="file"; filename="a.wav"\r\nContent-Type: audio/wav', AUDIO)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("is_first", [True, False])
def test_a_form_arrives_byte_for_byte_but_for_the_model(site, path, is_first):
    model = ('name="model"', b"openai:sim")
    body = form(model, FILE) if is_first else form(FILE, ('name="n"', b"openai:sim"), model)
    response = post(site, path, body)
    assert response.status_code == 200, response.text
    assert response.headers["ngrok-aig-model"] == "openai:sim"
    seen = only(site.simulator_requests())
    head = b'name="model"\r\n\r\n'
    expected = body.replace(head + b"openai:sim", head + b"sim")
    assert (seen["path"], seen["model"]) == (path, "sim")
    assert seen["body_length"] == len(expected)
    assert seen["body_sha256"] == hashlib.sha256(expected).hexdigest()


def test_each_attempt_names_its_own_model(start_shared_machine, tmp_path):
    catalog = tmp_path / "catalog.json"
    catalog.write_text(json.dumps({"models": [{
        "id": "hear", "author": "ears", "display_name": "Hear", "providers": [
            {"id": "openai", "model": "sim+status=500"},
            {"id": "groq", "model": "a-much-longer-name"}]}]}))
    site = start_shared_machine(
        settings={"catalog": str(catalog), "credits": {"mode": "off"}},
        providers=lambda base: [
            {"id": name, "base_url": base, "api_keys": [{"value": "${env:TEST_OPENAI_KEY}"}]}
            for name in ("openai", "groq")])
    body = form(FILE, ('name="model"', b"hear"))
    response = post(site, PATHS[0], body)
    assert response.status_code == 200, response.text
    assert response.headers["ngrok-aig-attempts"] == "2"
    first, second = site.simulator_requests()
    assert (first["model"], second["model"]) == ("sim+status=500", "a-much-longer-name")
    expected = form(FILE, ('name="model"', b"a-much-longer-name"))
    assert second["body_sha256"] == hashlib.sha256(expected).hexdigest()


@pytest.mark.parametrize("body", [
    form(FILE),
    form(('name="model"', b"openai:sim"), ('name="model"', b"openai:sim")),
    form(('name="model"', b"openai:sim"), FILE, ('name="mo\\del"', b"openai:other")),
    form(('name="model"', b"openai:sim"), end=False),
    form(('name="model"; filename="m"', b"openai:sim")),
    b'{"model":"openai:sim"}',
])
def test_a_form_without_one_model_is_refused(site, body):
    response = post(site, PATHS[0], body)
    assert (response.status_code, response.json()["error"]["code"]) == (400, "ERR_NGROK_27228")
    assert site.simulator_requests() == []


def test_a_form_without_a_boundary_is_refused(site):
    response = post(site, PATHS[0], form(FILE), "multipart/form-data")
    assert (response.status_code, response.json()["error"]["code"]) == (400, "ERR_NGROK_27228")


def test_the_sdk_transcribes(site, client):
    site.forget_requests()
    answer = client.audio.transcriptions.create(
        model="openai:sim", file=("speech.wav", io.BytesIO(AUDIO), "audio/wav"), prompt="Grüße")
    assert answer.text == "Grüße"
    text = client.audio.transcriptions.create(
        model="openai:sim", file=("a.wav", AUDIO), prompt="plain", response_format="text")
    assert str(text).strip() == "plain"
    answer = client.audio.translations.create(model="openai:sim", file=("a.wav", AUDIO))
    assert answer.text.startswith("heard ")
    assert [seen["model"] for seen in site.simulator_requests()] == ["sim"] * 3


def test_the_sdk_edits_pictures(site, client):
    site.forget_requests()
    pictures = [("a.png", b"\x89PNG\r\n\x1a\n" + AUDIO), ("b.png", b"\x89PNG\r\n\x1a\n")]
    answer = client.images.edit(model="openai:sim", image=pictures, prompt="add a hat")
    assert answer.data[0].b64_json
    answer = client.images.create_variation(model="openai:sim", image=pictures[0])
    assert answer.data[0].b64_json
    answer = client.images.generate(model="openai:sim", prompt="a hat")
    assert answer.data[0].b64_json
    assert [seen["model"] for seen in site.simulator_requests()] == ["sim"] * 3


def test_an_upload_in_chunks_passes(site):
    body = form(FILE, ('name="model"', b"openai:sim"))
    site.forget_requests()
    response = site.client.post(
        PATHS[0], content=iter([body[:9], body[9:70000], body[70000:]]),
        headers={**site.headers(), "Content-Type": "multipart/form-data; boundary=B0undary"})
    assert response.status_code == 200, response.text
    assert only(site.simulator_requests())["body_length"] == len(body) - len("openai:")


def test_a_provider_that_fails_is_told_in_the_openai_shape(site, client):
    with pytest.raises(openai.RateLimitError):
        client.audio.transcriptions.create(
            model="openai:sim+status=429", file=("a.wav", AUDIO))


def test_files_are_not_served(site):
    # Chapter 3 lists no files: nothing in a request for one says which provider holds it.
    for method, path in [("POST", "/v1/files"), ("GET", "/v1/files"), ("DELETE", "/v1/files/f")]:
        response = site.client.request(method, path, headers=site.headers())
        assert (response.status_code, response.headers["ngrok-error-code"]) == (
            404, "ERR_NGROK_27204")
