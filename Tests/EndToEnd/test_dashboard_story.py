"""A first hour with the dashboard, in one go: from the first sign-in to a revoked key."""

import re

from machine import until
from playwright.sync_api import expect

MODEL = "openai:sim-fast+events=30+interval=30ms"


def ask(dashboard, token=None, model=MODEL):
    """Asks in the playground, with the key that it knows or another."""
    dashboard.go("playground")
    if token:
        dashboard.page.get_by_label("Access key", exact=True).fill(token)
    dashboard.page.get_by_role("combobox", name="Model").fill(model)
    dashboard.page.get_by_label("Message").fill("How does a canal lock work?")
    dashboard.page.keyboard.press("Control+Enter")


def test_a_first_hour(site, open_dashboard):
    admin = site.management_key("admin", "--name", "Ada")["token"]
    page = (dashboard := open_dashboard(permissions=["clipboard-read", "clipboard-write"])).page

    # The first sign-in: there is nothing yet, and the page says what to do.
    dashboard.open().sign_in(admin)
    expect(page.get_by_role("heading", name="No request has come yet")).to_be_visible()
    page.get_by_role("link", name="Create an access key").click()

    # A key is created, copied, and seen this once.
    page.get_by_role("button", name="Create key").first.click()
    dashboard.dialog.get_by_label("Name").fill("web shop")
    dashboard.submit("Create key")
    token = dashboard.dialog.get_by_label("token", exact=True).inner_text()
    site.tokens.append(token)
    dashboard.dialog.get_by_role("button", name="Copy token").click()
    assert page.evaluate("navigator.clipboard.readText()") == token
    dashboard.submit("I have copied it")
    expect(page.get_by_role("button", name="web shop")).to_be_visible()
    assert token not in page.content() and token not in dashboard.storage()

    # Somebody watches while it is used in the playground, with a stream.
    watcher = open_dashboard().start(admin, "activity")
    expect(watcher.page.get_by_text("Live", exact=True)).to_be_visible()
    ask(dashboard)
    answer = page.locator(".message.assistant")
    lengths = []
    until("the answer streams in", lambda: (
        lengths.append(len(answer.inner_text())) or len(set(lengths)) > 4), pause=0.04)
    expect(page.locator(".figures")).to_contain_text("first token", timeout=15_000)
    line = watcher.page.get_by_role("row").filter(has_text="web shop").filter(has_text=MODEL)
    expect(line).to_contain_text("200")

    # A provider key is added and rotated.
    dashboard.go("providers")
    page.get_by_role("button", name="Add key").first.click()
    dashboard.dialog.get_by_label("Provider").fill("openai")
    dashboard.dialog.get_by_label("Name").fill("team budget")
    dashboard.dialog.get_by_label("Key", exact=True).fill("sk-first-secret-0123456789")
    dashboard.submit("Add key")
    row = page.get_by_role("row").filter(has_text="team budget")
    expect(row).to_contain_text("sk-first-s***6789")
    dashboard.button("Rotate team budget").click()
    dashboard.dialog.get_by_label("New key").fill("sk-other-secret-9876543210")
    dashboard.submit("Rotate")
    expect(row).to_contain_text("sk-other-s***3210")

    # A configuration is made and attached to the key.
    dashboard.go("configurations")
    page.get_by_role("button", name="Create configuration").first.click()
    dashboard.dialog.get_by_label("Name").fill("openai alone")
    dashboard.dialog.get_by_role("group", name="Providers").get_by_label("Only these").check()
    dashboard.dialog.get_by_label("Add to: Providers").fill("openai")
    dashboard.submit("Create")
    dashboard.go("keys")
    page.get_by_role("button", name="web shop").click()
    dashboard.submit("Edit")
    dashboard.dialog.get_by_label("Configuration").select_option(label="openai alone")
    dashboard.submit("Save")
    expect(page.get_by_role("row").filter(has_text="web shop")).to_contain_text("openai alone")
    ask(dashboard, model="anthropic:sim-fast")
    expect(page.locator(".refused")).to_contain_text("ERR_NGROK_")
    ask(dashboard)
    expect(page.locator(".figures")).to_contain_text("first token", timeout=15_000)
    assert site.simulator_requests()[-1]["headers"]["authorization"].endswith("9876543210")

    # Credits are added.
    dashboard.go("credits")
    page.get_by_role("button", name="Add credits").first.click()
    dashboard.dialog.get_by_label("Amount in dollars").fill("25")
    dashboard.submit("Add credits")
    dashboard.expect_toast("Added")
    expect(page.locator(".tile").filter(has_text="Available")).to_contain_text("$25.00")

    # The key is revoked: the very next request is refused, and the watcher sees it.
    dashboard.go("keys")
    page.get_by_role("button", name="web shop").click()
    dashboard.submit("Revoke")
    dashboard.submit("Revoke for ever")
    dashboard.expect_toast("Revoked: web shop")
    ask(dashboard, token)
    expect(page.locator(".refused")).to_contain_text("ERR_NGROK_27007")
    refused = watcher.page.get_by_role("row").filter(has_text="ERR_NGROK_27007")
    expect(refused.filter(has_text="/v1/chat/completions")).to_contain_text("401")

    # And all of it is told.
    dashboard.go("overview")
    expect(page.locator(".tile-value").first).to_have_text(re.compile("[1-9]"))
    dashboard.go("audit")
    expect(page.get_by_role("row").filter(has_text="access-key").filter(
        has_text="delete")).to_contain_text("Ada")
