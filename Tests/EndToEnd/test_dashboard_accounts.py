"""The dashboard of a gateway with several accounts: whose is what, and who sees it."""

import pytest
from browser import Dashboard
from playwright.sync_api import expect


@pytest.fixture(scope="module")
def site(start_shared_machine):
    return start_shared_machine(gateway={"accounts": ["default", "acme"]})


def test_an_admin_makes_things_for_an_account(site, admin, dashboard):
    dashboard.start(admin, "keys")
    dashboard.page.get_by_role("button", name="Create key").first.click()
    dashboard.dialog.get_by_label("Name").fill("of the tenant")
    dashboard.dialog.get_by_label("Account").select_option("acme")
    dashboard.submit("Create key")
    token = dashboard.dialog.get_by_label("token", exact=True).inner_text()
    site.tokens.append(token)
    dashboard.submit("I have copied it")
    row = dashboard.page.get_by_role("row").filter(has_text="of the tenant")
    expect(row).to_contain_text("acme")
    assert site.chat(token=token).status_code == 200

    dashboard.go("providers")
    dashboard.page.get_by_role("button", name="Add key").first.click()
    dashboard.dialog.get_by_label("Account").select_option("acme")
    dashboard.dialog.get_by_label("Provider").fill("openai")
    dashboard.dialog.get_by_label("Name").fill("acme pays")
    dashboard.dialog.get_by_label("Key", exact=True).fill("sk-of-acme-0123456789abcdef")
    dashboard.submit("Add key")
    card = dashboard.page.locator(".card").filter(has_text="acme pays")
    expect(card.get_by_role("heading")).to_contain_text("acme")
    site.forget_requests()
    assert site.chat(token=token).status_code == 200
    [request] = site.simulator_requests()
    assert request["headers"]["authorization"] == "Bearer sk-of-acme-0123456789abcdef"


def test_providers_of_two_accounts_may_have_one_name(site, admin, dashboard):
    for account, name in (("default", "Ours"), ("acme", "Theirs")):
        site.api(admin).post("/providers", json={
            "accountId": account, "providerId": "same", "name": name,
            "baseUrl": "https://llm.example.com/v1"}).raise_for_status()
    dashboard.start(admin, "providers")
    for name in ("Ours", "Theirs"):
        expect(dashboard.page.get_by_role("heading", name=name)).to_be_visible()


def test_credits_are_those_of_the_account_that_is_chosen(site, admin, dashboard):
    site.cli("credits", "add", "--account", "acme", "--amount", "30", "--category", "purchase",
             "--idempotency-key", "of-acme")
    dashboard.start(admin, "credits")
    available = dashboard.page.locator(".tile").filter(has_text="Available")
    expect(available).to_contain_text("$0.00")
    dashboard.page.locator("main").get_by_label("Account").select_option("acme")
    expect(available).to_contain_text("$30.00")


def test_a_tenant_is_not_asked_for_an_account(site, browser):
    tenant = site.management_key("account", "--account", "acme")["token"]
    dashboard = Dashboard(browser, site).start(tenant, "keys")
    dashboard.page.get_by_role("button", name="Create key").first.click()
    expect(dashboard.dialog.get_by_label("Name")).to_be_visible()
    expect(dashboard.dialog.get_by_label("Account")).to_have_count(0)
    dashboard.page.keyboard.press("Escape")
    dashboard.go("credits")
    expect(dashboard.button("Add credits")).to_have_count(0)
    dashboard.close()
