"""A site as it looks after some weeks of use: keys, configurations, money, requests of all kinds."""

from books import grant

KEYS = (
    "Web shop, production", "Web shop, staging", "Support assistant", "Nightly reports",
    "Search index", "Mobile app", "Data team notebooks", "Translation service", "CI of the API",
    "Invoice reader", "Ada's laptop", "Load test", "Partner integration", "Old chatbot",
)
QUESTIONS = (
    "openai:gpt-5-mini", "openai:gpt-5-mini", "anthropic:claude-haiku-4-5", "openai:gpt-5",
    "anthropic:claude-sonnet-4-5", "openai:gpt-5-mini", "openai:gpt-4o",
)


def furnish(site, admin):
    """Fills the site over its API, as people would."""
    with site.api(admin) as api:
        def make(path, **body):
            answer = api.post(path, json=body)
            assert answer.status_code == 201, answer.text
            return answer.json()

        own = make("/provider-keys", providerId="openai", name="Data team",
                   value="sk-data-team-0123456789abcdef", description="billed to research")
        make("/provider-keys", providerId="openai", name="Fallback",
             value="sk-fallback-0123456789abcdef")
        make("/provider-keys", providerId="groq", name="Trial", value="gsk_trial0123456789abcdef")
        research = make(
            "/access-key-configurations", name="Research", description="own key first",
            access={"providers": {"allow": ["openai", "anthropic"]}},
            router={"rules": [{"provider": "openai", "steps": [
                {"type": "user", "keys": [{"id": own["id"]}]}, {"type": "managed"}]}]})
        small = make(
            "/access-key-configurations", name="Small models only",
            access={"models": {"allow": ["openai/gpt-5-mini", "anthropic/claude-haiku-4-5"]}},
            budget={"amount": "50", "period": "month", "scope": "all"})
        make("/providers", providerId="our-vllm", name="Our vLLM",
             baseUrl="https://llm.example.com/v1",
             models=[{"modelId": "large", "providerModelId": "llama-3.3-70b-instruct"},
                     {"modelId": "fast", "providerModelId": "qwen3-8b"}])
        make("/virtual-models", name="quick", description="whoever is quickest to have",
             targets=["openai/gpt-5-mini", "anthropic/claude-haiku-4-5"])
        make("/virtual-models", name="careful", targets=["anthropic/claude-sonnet-4-5"])
        make("/accounts", id="acme", name="Acme Ltd.")
        make("/providers", accountId="acme", providerId="our-vllm", name="Acme's vLLM",
             baseUrl="https://vllm.acme.example/v1")
        settings = api.patch("/gateway-config", json={
            "totalTimeout": "10m", "maxOutputTokens": 32_000})
        settings.raise_for_status()
        site.seen = tokens = []
        for index, name in enumerate(KEYS):
            under = {3: research["id"], 6: research["id"], 8: small["id"]}.get(index)
            made = make("/access-keys", name=name, accessKeyConfigurationId=under,
                        **({"budget": {"amount": "20", "period": "week", "scope": "all"}}
                           if index == 2 else {}))
            tokens.append(made["token"])
            if index in (11, 13):
                api.patch(made["uri"], json={"disabled": True}).raise_for_status()
        site.tokens = [*site.tokens, *tokens, "sk-data-team-0123456789abcdef"]
    grant(site, "25.00", category="purchase")
    grant(site, "5.00")
    ask(site, tokens)


def ask(site, tokens):
    for number in range(35):
        token = tokens[(0, 0, 1, 2, 4, 5, 7)[number % 7]]
        model = QUESTIONS[number % len(QUESTIONS)]
        if number % 3 == 0:
            with site.stream(model, token=token) as answer:
                answer.read()
        else:
            answer = site.chat(model, token=token, text="How do canal locks work? " * (number % 9))
        assert answer.status_code == 200, answer.text
    for number in range(6):
        with site.stream(f"openai:gpt-5+first-delay={90 + 35 * number}ms+events=12+interval=12ms",
                         token=tokens[2]) as answer:
            answer.read()
    for model in ("openai:gpt-5-mini+status=500", "anthropic:sim+status=400",
                  "openai:gpt-5-mini+status=429"):
        site.chat(model, token=tokens[0])


def ask_live(site):
    """Nine requests, some of which fail, for who watches."""
    shop, staging, support = site.seen[:3]
    for model, token in (
            ("openai:gpt-5-mini", shop), ("quick", support), ("anthropic:claude-haiku-4-5", shop),
            ("openai:gpt-5+status=500", staging), ("openai:gpt-5", shop), ("openai:gpt-4o", staging),
            ("openai:gpt-5-mini+status=429", shop), ("no-such-model", support),
            ("anthropic:claude-sonnet-4-5", shop)):
        site.chat(model, token=token)
