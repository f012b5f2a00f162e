"""What schemathesis can't know: which records a machine has.

The document says how a reference to another record is written; one to a record that is not there
is refused (400), however well it is written. So what is right by the document gets references that
lead somewhere; what is wrong by it stays as it is.
"""

import os

import schemathesis

KNOWN = {
    "accountId": "default", "endpointId": "ep_main", "endpoint_id": "ep_main",
    "providerId": "openai", "accessKeyConfigurationId": None,
    "access": {"providers": {"allow": ["openai"]}, "models": {"allow": ["openai:gpt-5*"]}},
    "router": {"rules": [{"provider": "openai", "steps": [
        {"type": "user", "keys": [{"name": "made with it", "value": "sk-0123456789"}]},
        {"type": "managed"}]}]},
}


@schemathesis.hook
def before_call(context, case, kwargs):
    # The key by which all of this is asked stays what it is.
    if case.path == "/api-keys/{id}" and case.path_parameters["id"] == os.environ["OWN_KEY"]:
        case.path_parameters["id"] = "aigm_none"
    generation = case.meta and case.meta.generation
    if not generation or not generation.mode.is_positive:
        return
    # An entry of the audit trail is known by its place in a file.
    if case.path == "/audit" and case.query:
        case.query.pop("beforeId", None)
    if isinstance(case.body, dict):
        for name, known in KNOWN.items():
            if case.body.get(name) is not None:
                case.body[name] = known
        # An admin is of every account.
        if case.body.get("role") == "admin":
            case.body.pop("accountId", None)
