"""The matrix of the suites about dialects: each client at a provider of each dialect, asked both
ways. A suite imports the fixtures that it uses by name."""

import pytest

from dialect_clients import CLIENTS, PROVIDERS, simulated


@pytest.fixture(scope="module")
def site(start_shared_machine):
    return start_shared_machine(providers=simulated)


@pytest.fixture(scope="module", params=CLIENTS)
def client(request, site):
    client = CLIENTS[request.param](site.base, site.token)
    yield client
    client.close()


@pytest.fixture(scope="module", params=PROVIDERS)
def provider(request):
    return request.param


@pytest.fixture(params=["ask", "stream"])
def ask(request, client):
    return getattr(client, request.param)
