"""Models and their prices in the dashboard: searched, looked at, tried."""

import re

import pytest
from browser import Dashboard
from playwright.sync_api import expect


@pytest.fixture
def models(admin, dashboard):
    return dashboard.start(admin, "models")


def rows(dashboard, text=None):
    found = dashboard.page.locator(".virtual-scroll tbody tr:not(.spacer)")
    return found.filter(has_text=text) if text else found


def listed(site, admin):
    return site.api(admin).get("/models").raise_for_status().json()["data"]


def test_all_that_may_be_asked_for_is_listed(site, admin, models):
    count = len(listed(site, admin))
    assert count > 20
    expect(models.page.get_by_text(f"{count} models", exact=True)).to_be_visible()
    expect(rows(models, "gpt-5-mini").first).to_contain_text(re.compile(r"0\.25.*2\.00"))


def test_models_are_searched_by_name_author_and_provider(site, admin, models):
    box = models.page.get_by_role("searchbox")
    for text, shown, hidden in (("SONNET", "claude-sonnet-4-5", "gpt-5-mini"),
                                ("openai", "gpt-5-mini", "claude-sonnet-4-5"),
                                ("anthropic:claude-h", "claude-haiku-4-5", "claude-sonnet-4-5")):
        box.fill(text)
        expect(models.page.get_by_text(f"with “{text.lower()}”")).to_be_visible()
        expect(rows(models, shown).first).to_be_visible()
        expect(rows(models, hidden)).to_have_count(0)
    box.fill("no such thing")
    expect(models.page.get_by_text("0 models with “no such thing”")).to_be_visible()


def test_a_model_is_looked_at_and_tried(models):
    models.page.get_by_role("searchbox").fill("claude-sonnet-4-5")
    expect(rows(models)).to_have_count(1)
    rows(models).first.get_by_role("button").click()
    provider = models.dialog.get_by_role("row").filter(has_text="anthropic:claude-sonnet-4-5")
    for price in ("3.00", "15.00", "0.30"):
        expect(provider).to_contain_text(price)
    expect(models.dialog).to_contain_text("kept for 1h")
    expect(models.dialog).to_contain_text("as of")
    models.dialog.get_by_role("link", name="Try it in the playground").click()
    expect(models.page.get_by_role("combobox", name="Model")).to_have_value("claude-sonnet-4-5")


def test_a_virtual_model_is_among_them_at_once(models):
    models.button("Create").click()
    models.dialog.get_by_label("Name").fill("quick")
    models.dialog.get_by_label("Add to: Targets").fill("openai:gpt-5-mini")
    models.page.keyboard.press("Enter")
    models.submit("Create")
    expect(models.page.locator("dialog")).to_have_count(0)
    models.page.get_by_role("searchbox").fill("quick")
    expect(rows(models, "virtual")).to_have_count(1)
    models.button("Delete quick").click()
    models.submit("Delete")
    expect(rows(models)).to_have_count(0)


def test_where_nothing_is_offered_it_says_what_to_do(start_shared_machine, browser):
    site = start_shared_machine(gateway={"accounts": ["default", "acme"]})
    key = site.management_key("read", "--account", "acme")["token"]
    dashboard = Dashboard(browser, site)
    dashboard.page.route(re.compile("/models$"), lambda route: route.fulfill(
        json={"object": "list", "data": [], "uri": "/models", "endpointId": None}))
    dashboard.start(key, "models")
    expect(dashboard.page.get_by_role("heading", name="No model is offered")).to_be_visible()
    dashboard.close()
