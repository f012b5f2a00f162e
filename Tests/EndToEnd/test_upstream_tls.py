"""Providers over TLS, HTTP/1.1 and HTTP/2, and addresses that nobody may be sent to."""

import concurrent.futures

import pytest


@pytest.fixture(scope="module", params=[False, True], ids=["http1", "http2"])
def site(request, start_shared_machine, certificates):
    return start_shared_machine(
        tls_provider={"http2": request.param},
        settings={"upstreams": {"ca_file": str(certificates.authority)}})


def test_an_answer_over_tls(site):
    response = site.chat("secure:sim", text="over TLS")
    assert response.status_code == 200, response.text
    assert response.json()["choices"][0]["message"]["content"] == "over TLS"


def test_a_stream_over_tls(site):
    response = site.chat("secure:sim-fast+events=50+interval=5ms", stream=True)
    assert response.status_code == 200
    assert response.content.endswith(b"data: [DONE]\n\n")
    assert response.content.count(b'"content":"The quick') == 50


def test_many_streams_at_once_over_tls(site):
    with concurrent.futures.ThreadPoolExecutor(30) as pool:
        answers = list(pool.map(lambda _: site.chat(
            "secure:sim-fast+events=20+interval=10ms", stream=True), range(60)))
    assert all(answer.content.endswith(b"data: [DONE]\n\n") for answer in answers)


def test_a_large_body_over_tls(site):
    response = site.chat("secure:sim", text="x" * (1 << 20))
    assert response.json()["choices"][0]["message"]["content"] == "x" * (1 << 20)


def test_a_certificate_that_nobody_vouches_for_is_a_failure(start_machine):
    site = start_machine(tls_provider={})
    response = site.chat("secure:sim")
    assert response.status_code == 502
    assert response.headers["ngrok-error-code"] == "ERR_NGROK_27208"
    assert site.simulator_requests() == []


@pytest.mark.parametrize("base", [
    "https://169.254.169.254/v1", "https://[fe80::1]/v1", "https://[::ffff:169.254.169.254]/v1",
    "https://[64:ff9b::a9fe:a9fe]/v1", "https://100.100.100.200/v1", "https://0.0.0.0/v1",
    "https://2852039166/v1",
])
def test_a_metadata_address_is_never_called(start_machine, base):
    """Refused when the file is read, or at the latest when the address is known."""
    site = start_machine()
    site.config["gateways"][0]["providers"].append({"id": "metadata", "base_url": base})
    site.write_config()
    if site.cli("reload", check=False).returncode == 0:
        response = site.chat("metadata:x")
        assert response.status_code == 502
        assert "address" in response.json()["error"]["message"]


def test_plain_http_to_the_public_is_refused_when_the_file_is_read(start_machine):
    site = start_machine()
    site.config["gateways"][0]["providers"].append(
        {"id": "open", "base_url": "http://api.example.com/v1"})
    site.write_config()
    refused = site.cli("reload", check=False)
    assert refused.returncode == 1
    assert "https" in refused.stderr
