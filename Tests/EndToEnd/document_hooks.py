"""What schemathesis can't know: which records a machine has.

The document says how a reference to another record is written; one to a record that is not there
is refused (400), however well it is written. So what is right by the document gets references that
lead somewhere, and names that are not taken; what is wrong by it stays as it is.
"""

import os
import uuid
from datetime import datetime, timedelta, timezone

import httpx
import schemathesis

KNOWN = {
    "accountId": "default", "endpointId": "ep_main", "endpoint_id": "ep_main",
    "accessKeyConfigurationId": None, "baseUrl": "https://llm.example.com/v1",
    "targets": ["openai:gpt-4o"], "amount": "25.00",
    "access": {"providers": {"allow": ["openai"]}, "models": {"allow": ["openai:gpt-5*"]}},
    "router": {"rules": [{"provider": "openai", "steps": [
        {"type": "user", "keys": [{"name": "made with it", "value": "sk-0123456789"}]},
        {"type": "managed"}]}]},
    "supportedApiSurfaces": [{"format": "openai", "surface": "responses"}],
    "models": [{"modelId": "large", "providerModelId": "large-2026"}],
    "maxInputTokens": 8000, "maxOutputTokens": 1000,
}
# An account has a hundred of each at most.
BOUNDED = {"/providers": "aiGatewayProviders", "/virtual-models": "aiGatewayVirtualModels"}
made = dict.fromkeys(BOUNDED, 0)


@schemathesis.hook
def before_call(context, case, kwargs):
    # The key by which all of this is asked stays what it is.
    if (case.path == "/api-keys/{id}" and case.method in ("PATCH", "DELETE")
            and case.path_parameters["id"] == os.environ["OWN_KEY"]):
        case.path_parameters["id"] = "aigm_none"
    generation = case.meta and case.meta.generation
    if not generation or not generation.mode.is_positive:
        return
    # An entry of the audit trail is known by its place in a file.
    if case.path == "/audit" and case.query:
        case.query.pop("beforeId", None)
    # An account that is asked about must be there.
    if case.query and "accountId" in case.query:
        case.query["accountId"] = "default"
    if case.path == "/models" and case.query:
        known = {"accountId": "default", "endpointId": "ep_main"}
        case.query = {name: known.get(name, value) for name, value in case.query.items()}
    # A cursor is for the gateway alone, and a stretch of time has a beginning before its end.
    if case.path.startswith(("/usage", "/credits")) and case.query:
        for name in ("cursor", "endTime"):
            case.query.pop(name, None)
        if "startTime" in case.query:
            yesterday = datetime.now(timezone.utc) - timedelta(days=1)
            case.query["startTime"] = yesterday.strftime("%Y-%m-%dT%H:%M:%SZ")
    if case.path == "/credits/grants":
        case.headers["Idempotency-Key"] = uuid.uuid4().hex
    if isinstance(case.body, dict):
        make_sense(case)


def make_sense(case):
    body = case.body
    for name, known in KNOWN.items():
        if body.get(name) is not None and not (name == "amount" and case.path != "/credits/grants"):
            body[name] = known
    if "providerId" in body:
        body["providerId"] = f"own-{uuid.uuid4().hex}" if case.path == "/providers" else "openai"
    if "metadata" in body:
        body["metadata"] = readable(body["metadata"])
    if case.path.startswith("/virtual-models") and "name" in body:
        body["name"] = uuid.uuid4().hex
    if case.path.startswith("/accounts/"):
        # The one that is there from the start can't be disabled.
        body.pop("disabled", None)
    # An admin is of every account.
    if body.get("role") == "admin":
        body.pop("accountId", None)
    if case.method == "POST" and case.path in BOUNDED:
        make_room(case.path)


def readable(value):
    """The same without whole numbers of more than 64 bits, which the gateway does not read."""
    if isinstance(value, dict):
        return {name: readable(member) for name, member in value.items()}
    if isinstance(value, list):
        return [readable(element) for element in value]
    if isinstance(value, int) and abs(value) >= 1 << 63:
        return 0
    return value


def make_room(path):
    made[path] += 1
    if made[path] % 50:
        return
    headers = {"Authorization": f"Bearer {os.environ['OWN_TOKEN']}"}
    with httpx.Client(base_url=os.environ["OWN_BASE"], headers=headers, trust_env=False) as client:
        for record in client.get(path).json()[BOUNDED[path]]:
            client.delete(record["uri"])
