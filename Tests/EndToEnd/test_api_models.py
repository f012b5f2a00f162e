"""`GET /models`: what can be asked for, and what it costs."""


def test_models_are_listed_with_their_prices(start_machine):
    site = start_machine(
        settings={"virtual_models": [{"name": "best", "targets": ["house:large", "gpt-6.1-sol"]}]},
        gateways=lambda simulator: [{"id": "ep_main", "accounts": ["default"], "providers": [
            {"id": "openai", "base_url": simulator, "api_keys": [{"value": "sk-operator"}]},
            {"id": "house", "base_url": simulator, "models": [{"id": "large"}],
             "api_keys": [{"value": "sk-operator"}]}]}])
    api = site.api()
    answer = api.get("/models")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["object"], body["endpointId"]) == ("list", "ep_main")
    models = {model["id"]: model for model in body["data"]}
    listed = {model["id"] for model in site.client.get("/v1/models", headers=site.headers()
                                                       ).json()["data"]}
    assert set(models) == listed
    known = next(model for model in body["data"] if model["owned_by"] == "ngrok")
    [provider] = known["providers"]
    rates = {rate["type"]: rate for rate in reversed(provider["pricing"]["rates"])}
    assert float(rates["text.input"]["price"]) > 0 and rates["text.input"]["conditions"] == {}
    assert "text.output" in rates
    house = models["large"]
    assert (house["owned_by"], house["providers"][0]["pricing"]) == ("organization_owned", None)
    assert house["providers"][0]["context_length"] == 0
    assert models["best"]["virtual"] is True
    assert "sk-operator" not in answer.text


def test_each_gateway_and_account_has_its_own(start_machine):
    site = start_machine(gateways=lambda simulator: [
        {"id": "ep_main", "accounts": ["default"],
         "providers": [{"id": "openai", "base_url": simulator, "api_keys": [{"value": "sk-a"}]}]},
        {"id": "ep_team", "accounts": ["team", "default"],
         "providers": [{"id": "anthropic", "api_keys": [{"value": "sk-b"}]}]}],
        api_params="fastcgi_param LOCKKEEPER_GATEWAY ep_main;")
    site.cli("accounts", "create", "team")
    api = site.api()

    def providers(**query):
        answer = api.get("/models", params=query).json()
        return answer["endpointId"], {provider["id"] for model in answer["data"]
                                      for provider in model["providers"]}
    assert providers() == ("ep_main", {"openai"})
    assert providers(endpointId="ep_team") == ("ep_team", {"anthropic"})
    assert providers(accountId="team") == ("ep_team", {"anthropic"})
    assert api.get("/models", params={"endpointId": "ep_main", "accountId": "team"}
                   ).status_code == 400
    assert api.get("/models", params={"endpointId": "ep_none"}).status_code == 400
    own = site.api(site.management_key("read", "--account", "team")["token"])
    assert own.get("/models").json()["endpointId"] == "ep_team"
    assert own.get("/models", params={"accountId": "default"}).status_code == 403
