"""The dashboard in a real browser, on the real gateway: from the first sign-in to a revoked key."""

import json
import re

import pytest
from browser import Dashboard
from machine import until
from playwright.sync_api import expect

# The page that comes after signing in.
FIRST = "Overview"
MODEL = "openai:sim-fast+events=30+interval=30ms"


# --- signing in ---


def test_a_wrong_key_is_told_in_words(site, dashboard):
    dashboard.open()
    dashboard.button("Sign in").click()
    expect(dashboard.page.get_by_role("alert")).to_have_text("Paste a management key first.")
    dashboard.sign_in(site.token)
    expect(dashboard.page.get_by_role("alert")).to_contain_text("no management key")
    dashboard.sign_in(site.management_key()["token"][:-1] + "0")
    expect(dashboard.page.get_by_role("alert")).to_contain_text("management key")


def test_the_key_is_kept_in_memory_alone(admin, dashboard):
    dashboard.start(admin)
    assert admin not in dashboard.storage()
    assert admin not in dashboard.page.content()
    dashboard.page.reload()
    expect(dashboard.page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_tab_remembers_the_key_until_it_signs_out(admin, dashboard):
    dashboard.open().sign_in(admin, remember=True)
    expect(dashboard.page.get_by_role("heading", level=1)).to_have_text(FIRST)
    dashboard.page.reload()
    expect(dashboard.page.get_by_role("heading", level=1)).to_have_text(FIRST)
    assert admin not in dashboard.page.evaluate("JSON.stringify({...localStorage})")
    dashboard.button("Sign out").click()
    expect(dashboard.page.get_by_text("You are signed out.")).to_be_visible()
    assert admin not in dashboard.storage()


def test_a_key_that_is_revoked_is_signed_out(site, dashboard):
    key = site.management_key()
    dashboard.start(key["token"])
    site.cli("management-keys", "delete", key["id"])
    dashboard.page.get_by_role("link", name="Configurations").click()
    expect(dashboard.page.get_by_text("not accepted any more")).to_be_visible()


def test_who_may_only_read_is_offered_no_change(site, dashboard):
    reader = site.management_key("read", "--account", "default")["token"]
    dashboard.start(reader, "keys")
    for path in ("keys", "configurations", "providers", "settings"):
        dashboard.go(path)
        for name in ("Create", "Create key", "Add key", "Edit", "Delete"):
            expect(dashboard.button(name)).to_have_count(0)


# --- the story of a key ---


def create_key(dashboard, name):
    """Creates a key and gives the token that is shown."""
    dashboard.go("keys")
    dashboard.page.get_by_role("button", name="Create key").first.click()
    dashboard.dialog.get_by_label("Name").fill(name)
    dashboard.submit("Create key")
    token = dashboard.dialog.get_by_label("token", exact=True).inner_text()
    dashboard.site.tokens.append(token)
    return token


def ask(dashboard, text="Hello"):
    dashboard.page.get_by_label("Message").fill(text)
    dashboard.page.keyboard.press("Control+Enter")


def test_a_key_is_created_used_and_revoked(site, admin, dashboard):
    dashboard.start(admin)
    token = create_key(dashboard, "web shop")
    assert re.fullmatch(r"ng-[0-9A-Za-z]{12}-g1-[0-9A-Za-z]{43}", token)
    for name, text in (("curl", "curl -N http"), ("OpenAI SDK", "from openai"),
                       ("Anthropic SDK", "from anthropic")):
        dashboard.dialog.get_by_role("tab", name=name).click()
        expect(dashboard.dialog.get_by_role("tabpanel")).to_contain_text(text)
        expect(dashboard.dialog.get_by_role("tabpanel")).to_contain_text(token)
    # It is not lost by a slip of the finger.
    dashboard.page.keyboard.press("Escape")
    dashboard.dialog.get_by_role("button", name="Copy token").click()
    assert dashboard.page.evaluate("navigator.clipboard.readText()") == token
    dashboard.submit("I have copied it")

    # From now on it is nowhere to be seen.
    dashboard.page.get_by_role("button", name="web shop").click()
    expect(dashboard.dialog.locator(".facts")).to_contain_text("active")
    assert token not in dashboard.page.content() and token not in dashboard.storage()
    dashboard.button("Close").click()

    dashboard.go("playground")
    dashboard.page.get_by_role("combobox", name="Model").fill(MODEL)
    ask(dashboard)
    answer = dashboard.page.locator(".message.assistant")
    lengths = []
    until("the answer streams in", lambda: (
        lengths.append(len(answer.inner_text())) or len(set(lengths)) > 4), pause=0.04)
    expect(dashboard.page.locator(".figures")).to_contain_text("first token", timeout=15_000)
    expect(dashboard.page.locator(".figures")).to_contain_text(re.compile(r"\d+ in, \d+ out"))

    dashboard.go("keys")
    dashboard.page.get_by_role("button", name="web shop").click()
    dashboard.submit("Revoke")
    dashboard.submit("Revoke for ever")
    dashboard.expect_toast("Revoked: web shop")
    dashboard.go("playground")
    dashboard.page.get_by_label("Access key", exact=True).fill(token)
    dashboard.page.get_by_role("combobox", name="Model").fill(MODEL)
    ask(dashboard)
    expect(dashboard.page.locator(".refused")).to_contain_text("ERR_NGROK_27007")


def test_an_answer_is_stopped(site, admin, dashboard):
    dashboard.start(admin, "playground")
    dashboard.page.get_by_label("Access key", exact=True).fill(site.token)
    dashboard.page.get_by_role("combobox", name="Model").fill("openai:sim-fast+events=2000+interval=50ms")
    ask(dashboard)
    expect(dashboard.page.locator(".message.assistant")).not_to_be_empty()
    dashboard.button("Stop").click()
    expect(dashboard.page.locator(".figures")).to_contain_text("Stopped.")
    expect(dashboard.button("Send")).to_be_enabled()


def test_three_models_answer_side_by_side(site, admin, dashboard):
    dashboard.start(admin, "playground")
    dashboard.page.get_by_label("Access key", exact=True).fill(site.token)
    for _ in range(2):
        dashboard.button("Compare with another model").click()
    expect(dashboard.button("Compare with another model")).to_have_count(0)
    for index, model in enumerate(("openai:sim-fast", "anthropic:sim-fast", "openai:sim+status=400")):
        dashboard.page.get_by_role("combobox", name="Model").nth(index).fill(model)
    ask(dashboard, "How do locks work?")
    expect(dashboard.page.locator(".figures").filter(has_text="first token")).to_have_count(2)
    expect(dashboard.page.locator(".refused")).to_have_count(1)


def test_what_is_not_said_is_asked_for(admin, dashboard):
    dashboard.start(admin, "playground")
    for label, text in (("Access key", "ng-x"), ("Model", "x"), ("Message", "x")):
        dashboard.button("Send").click()
        expect(dashboard.page.get_by_role("alert")).not_to_be_empty()
        control = dashboard.page.get_by_label(label, exact=True)
        expect(control).to_be_focused()
        control.fill(text)


# --- configurations and provider keys ---


def test_a_provider_key_is_added_and_rotated(site, admin, dashboard):
    dashboard.start(admin, "providers")
    dashboard.page.get_by_role("button", name="Add key").first.click()
    dashboard.dialog.get_by_label("Provider").fill("groq")
    dashboard.dialog.get_by_label("Name").fill("team budget")
    dashboard.dialog.get_by_label("Key", exact=True).fill("sk-first-secret-0123456789")
    dashboard.submit("Add key")
    row = dashboard.page.get_by_role("row").filter(has_text="team budget")
    expect(row).to_contain_text("sk-first-s***6789")
    dashboard.button("Rotate team budget").click()
    dashboard.dialog.get_by_label("New key").fill("sk-other-secret-9876543210")
    dashboard.submit("Rotate")
    expect(row).to_contain_text("sk-other-s***3210")
    assert "secret" not in dashboard.page.content()


def test_a_configuration_is_made_and_attached(site, admin, dashboard):
    dashboard.start(admin, "configurations")
    dashboard.page.get_by_role("button", name="Create configuration").first.click()
    dashboard.dialog.get_by_label("Name").fill("openai alone")
    dashboard.dialog.get_by_role("group", name="Providers").get_by_label("Only these").check()
    dashboard.dialog.get_by_label("Add to: Providers").fill("openai")
    dashboard.submit("Create")
    card = dashboard.page.get_by_role("article", name="openai alone")
    expect(card).to_contain_text("0 keys")

    dashboard.go("keys")
    dashboard.page.get_by_role("button", name="Create key").first.click()
    dashboard.dialog.get_by_label("Name").fill("narrow")
    dashboard.dialog.get_by_label("Configuration").select_option(label="openai alone")
    dashboard.submit("Create key")
    token = dashboard.dialog.get_by_label("token", exact=True).inner_text()
    site.tokens.append(token)
    dashboard.submit("I have copied it")
    assert site.chat(token=token).status_code == 200
    assert site.chat("anthropic:sim-fast", token=token).status_code == 403

    dashboard.go("configurations")
    expect(card).to_contain_text("1 key")
    dashboard.button("Delete openai alone").click()
    dashboard.submit("Delete")
    expect(dashboard.dialog.get_by_role("alert")).to_contain_text("use")


def test_a_provider_of_ones_own_is_added(admin, dashboard):
    dashboard.start(admin, "providers")
    dashboard.page.get_by_role("button", name="Add provider").first.click()
    dashboard.dialog.get_by_label("Id").fill("our-vllm")
    dashboard.dialog.get_by_label("Name").fill("Our vLLM")
    dashboard.dialog.get_by_label("Base URL").fill("http://llm.example.com/v1")
    dashboard.dialog.get_by_label("Models").fill("large\nfast = qwen3-8b")
    dashboard.submit("Add provider")
    expect(dashboard.dialog.get_by_role("alert")).to_contain_text("https")
    dashboard.dialog.get_by_label("Base URL").fill("https://llm.example.com/v1")
    dashboard.submit("Add provider")
    card = dashboard.page.locator(".card").filter(has_text="Our vLLM")
    expect(card).to_contain_text("2 models")
    dashboard.button("Edit Our vLLM").click()
    expect(dashboard.dialog.get_by_label("Models")).to_have_value("large\nfast = qwen3-8b")
    dashboard.button("Close").click()
    dashboard.button("Delete Our vLLM").click()
    dashboard.submit("Delete")
    expect(card).to_have_count(0)


def test_a_virtual_model_is_made(admin, dashboard):
    dashboard.start(admin, "models")
    dashboard.button("Create").click()
    dashboard.dialog.get_by_label("Name").fill("fast")
    dashboard.dialog.get_by_label("Add to: Targets").fill("openai:gpt-4o")
    dashboard.page.keyboard.press("Enter")
    dashboard.submit("Create")
    own = dashboard.page.get_by_role("region", name="Virtual models")
    row = own.get_by_role("row").filter(has_text="openai:gpt-4o")
    expect(row).to_contain_text("fast")
    dashboard.button("Delete fast").click()
    dashboard.submit("Delete")
    expect(row).to_have_count(0)


def test_an_account_is_made_and_limits_are_tightened(admin, dashboard):
    dashboard.start(admin, "settings")
    accounts = dashboard.page.locator(".card").filter(has_text="Tenants")
    accounts.get_by_role("button", name="Create").click()
    dashboard.dialog.get_by_label("Id").fill("acme")
    dashboard.submit("Create account")
    dashboard.button("Disable acme").click()
    dashboard.submit("Disable")
    expect(dashboard.page.get_by_role("row").filter(has_text="acme")).to_contain_text("disabled")
    limits = dashboard.page.locator(".card").filter(has_text="Limits of the account")
    limits.get_by_role("button", name="Edit").click()
    dashboard.dialog.get_by_label("Most output tokens").fill("100000")
    dashboard.submit("Save")
    expect(limits).to_contain_text("100,000")


def test_somebody_elses_change_is_not_overwritten(site, admin, dashboard):
    made = site.api(admin).post("/access-keys", json={"name": "shared"}).json()
    site.tokens.append(made["token"])
    dashboard.start(admin, "keys")
    dashboard.page.get_by_role("button", name="shared").click()
    dashboard.submit("Edit")
    dashboard.dialog.get_by_label("Name").fill("mine")
    site.api(admin).patch(made["uri"], json={"name": "theirs"}).raise_for_status()
    dashboard.submit("Save")
    expect(dashboard.dialog.get_by_role("alert")).to_contain_text("Somebody has changed this")


def test_what_is_gone_meanwhile_is_told(site, admin, dashboard):
    made = site.api(admin).post("/access-keys", json={"name": "short-lived"}).json()
    site.tokens.append(made["token"])
    dashboard.start(admin, "keys")
    expect(dashboard.page.get_by_role("button", name="short-lived")).to_be_visible()
    site.api(admin).delete(made["uri"]).raise_for_status()
    dashboard.page.get_by_role("button", name="short-lived").click()
    expect(dashboard.page.locator("#toasts .failed")).to_be_visible()


def test_a_form_says_what_it_wants(admin, dashboard):
    dashboard.start(admin, "keys")
    dashboard.page.get_by_role("button", name="Create key").first.click()
    dashboard.dialog.get_by_text("Description, expiry, budget, metadata").click()
    dashboard.dialog.get_by_label("Budget in dollars").fill("ten")
    dashboard.dialog.get_by_text("Description, expiry, budget, metadata").click()
    dashboard.submit("Create key")
    expect(dashboard.dialog.get_by_role("alert")).to_have_text(
        "Budget in dollars: A number of dollars, such as 25 or 0.50.")
    expect(dashboard.dialog.get_by_label("Budget in dollars")).to_be_focused()


# --- money ---


def test_credits_are_added(site, admin, dashboard):
    dashboard.start(admin, "credits")
    dashboard.page.get_by_role("button", name="Add credits").first.click()
    dashboard.dialog.get_by_label("Amount in dollars").fill("4")
    dashboard.submit("Add credits")
    expect(dashboard.dialog.get_by_role("alert")).to_contain_text("5")
    dashboard.dialog.get_by_label("Amount in dollars").fill("25")
    dashboard.submit("Add credits")
    dashboard.expect_toast("Added")
    expect(dashboard.page.get_by_role("row").filter(has_text="$25.00").first).to_be_visible()


# --- many keys, hostile names ---


def test_names_are_text_and_never_markup(site, admin, dashboard):
    name = "<img src=x onerror=document.title=1><b>bold</b>"
    made = site.api(admin).post("/access-keys", json={"name": name}).json()
    site.tokens.append(made["token"])
    dashboard.start(admin, "keys")
    expect(dashboard.page.get_by_role("button", name=name)).to_be_visible()
    expect(dashboard.page.locator("main img, main b")).to_have_count(0)


def write_keys(site, count):
    """Appends keys to the store, as they stand there."""
    store = site.state / "store.jsonl"
    sample = json.loads(store.read_text().splitlines()[-1])
    assert sample["type"] == "accessKey"
    with open(store, "a") as file:
        for number in range(count):
            record = {**sample, "seq": sample["seq"] + 1 + number, "id": f"aigk_0{number:023}",
                      "name": f"key {number}", "handle": f"{number:012}", "hash": f"{number:064x}"}
            file.write(json.dumps(record, separators=(",", ":")) + "\n")


@pytest.mark.unsanitized
def test_twenty_thousand_keys_scroll_and_are_searched_at_once(start_shared_machine, browser):
    site = start_shared_machine()
    admin = site.management_key()["token"]
    assert site.token
    write_keys(site, 20_000)
    dashboard = Dashboard(browser, site).start(admin)
    rows = dashboard.page.locator(".virtual-scroll tbody tr:not(.spacer)")
    expect(rows.first).to_be_visible()
    # While the rest is still read the server searches; then it is there at once.
    dashboard.page.get_by_role("searchbox").fill("KEY 1234")
    # 1234 and 12340 to 12349.
    expect(rows).to_have_count(11)
    dashboard.page.get_by_role("searchbox").fill("")
    # A list that is begun anew in the middle has each key once.
    create_key(dashboard, "one more")
    dashboard.submit("I have copied it")
    expect(dashboard.page.get_by_text("20,002 keys", exact=True)).to_be_visible(timeout=60_000)
    assert rows.count() < 60
    dashboard.page.locator(".virtual-scroll").evaluate("list => { list.scrollTop = 1e9; }")
    # The row of titles is the first.
    expect(dashboard.page.locator("tr[aria-rowindex='20003']")).to_be_visible()
    longest = dashboard.page.evaluate("""async () => {
        const list = document.querySelector(".virtual-scroll");
        let longest = 0;
        for (let step = 0; step < 40; step += 1) {
            const began = performance.now();
            list.scrollTop = (step * 7919 % 40) / 40 * list.scrollHeight;
            await new Promise(requestAnimationFrame);
            list.getBoundingClientRect();
            longest = Math.max(longest, performance.now() - began);
        }
        return longest;
    }""")
    took = dashboard.page.evaluate("""async () => {
        const box = document.querySelector("[type=search]");
        const rows = () => document.querySelectorAll(".virtual-scroll tbody tr:not(.spacer)").length;
        const began = performance.now();
        box.value = "key 19999";
        box.dispatchEvent(new Event("input"));
        while (rows() !== 1) await new Promise(requestAnimationFrame);
        return performance.now() - began;
    }""")
    print(f"found after {took:.0f} ms, of which 120 wait for more letters; "
          f"the longest jump while scrolling took {longest:.0f} ms")
    assert took < 1000 and longest < 500
    dashboard.close()


# --- keyboard, screen readers, narrow windows ---


def test_it_is_used_with_the_keyboard_alone(admin, dashboard):
    dashboard.open()
    expect(dashboard.page.get_by_label("Management key")).to_be_focused()
    dashboard.page.keyboard.type(admin)
    dashboard.page.keyboard.press("Enter")
    expect(dashboard.page.get_by_role("heading", level=1)).to_have_text(FIRST)
    dashboard.page.keyboard.press("Tab")
    expect(dashboard.page.get_by_role("link", name="Skip to the content")).to_be_focused()
    dashboard.page.keyboard.press("Enter")
    expect(dashboard.page.get_by_role("heading", level=1)).to_be_focused()
    dashboard.go("keys")
    expect(dashboard.page.get_by_role("heading", level=1)).to_be_focused()
    opener = dashboard.page.get_by_role("button", name="Create key").first
    opener.focus()
    dashboard.page.keyboard.press("Enter")
    expect(dashboard.dialog.get_by_label("Name")).to_be_focused()
    dashboard.page.keyboard.press("Escape")
    expect(dashboard.page.locator("dialog")).to_have_count(0)
    expect(opener).to_be_focused()


def test_a_chart_is_read_by_keys_and_as_a_table(site, admin, dashboard):
    assert site.chat().status_code == 200
    until("the request is counted", lambda: site.api(admin).get(
        "/usage/overview", params={"startTime": "2026-01-01T00:00:00Z", "groupBy": "provider"},
    ).json()["totals"]["requests"] > 0)
    dashboard.start(admin, "overview")
    figure = dashboard.page.get_by_role("figure").first
    figure.locator(".chart-plot").focus()
    dashboard.page.keyboard.press("End")
    expect(figure.locator("[aria-live]")).to_contain_text("Served")
    figure.get_by_role("button", name="Table").click()
    expect(figure.get_by_role("columnheader", name="Served")).to_be_visible()
    expect(figure.locator("svg")).to_be_hidden()


def test_light_and_dark_are_switched(admin, dashboard):
    dashboard.start(admin)
    color = "getComputedStyle(document.body).backgroundColor"
    light = dashboard.page.evaluate(color)
    dashboard.page.get_by_label("Appearance").select_option("dark")
    assert dashboard.page.evaluate(color) != light
    dashboard.page.reload()
    assert dashboard.page.evaluate(color) != light
