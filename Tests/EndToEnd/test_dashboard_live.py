"""Live activity in the dashboard: requests as they end, for people and for screen readers."""

import os
import re
import signal

import pytest
from browser import Dashboard
from machine import until
from playwright.sync_api import expect

SHORT = "openai:sim-fast"


@pytest.fixture
def activity(admin, open_dashboard):
    return watch(open_dashboard(), admin)


def watch(dashboard, admin):
    dashboard.start(admin, "activity")
    expect(dashboard.page.get_by_text("Live", exact=True)).to_be_visible()
    return dashboard


def rows(dashboard, text=None):
    found = dashboard.page.locator(".live-scroll tbody tr:visible")
    return found.filter(has_text=text) if text else found


def test_it_says_how_to_see_something_first(start_shared_machine, browser):
    site = start_shared_machine()
    dashboard = watch(Dashboard(browser, site), site.management_key()["token"])
    expect(dashboard.page.get_by_role("heading", name="Waiting for a request")).to_be_visible()
    expect(dashboard.page.get_by_role("link", name="Open the playground")).to_be_visible()
    dashboard.close()


def test_a_request_is_shown_with_its_attempts(site, activity):
    site.chat("openai:sim+status=500")
    row = rows(activity, "sim+status=500")
    expect(row).to_contain_text("500")
    expect(row).to_contain_text("everything")
    row.get_by_role("button").click()
    expect(activity.dialog.locator(".attempt").first).to_contain_text("openai:sim+status=500")
    expect(activity.dialog).to_contain_text("/v1/chat/completions")
    activity.page.keyboard.press("Escape")
    expect(row.get_by_role("button")).to_be_focused()


def test_the_focus_stays_while_more_come(site, activity):
    site.chat(SHORT)
    button = rows(activity, SHORT).first.get_by_role("button")
    button.focus()
    site.chat("openai:sim-fast+events=2")
    expect(rows(activity, "events=2")).to_have_count(1)
    expect(activity.page.locator(":focus")).to_have_text(SHORT)


def test_it_is_filtered(site, activity):
    site.chat(SHORT)
    site.chat("anthropic:sim-small")
    site.chat("openai:sim+status=400")
    expect(rows(activity)).to_have_count(3)
    box = activity.page.get_by_role("searchbox")
    box.fill("anthropic")
    expect(rows(activity)).to_have_count(1)
    expect(activity.page.get_by_text("1 of 3 requests")).to_be_visible()
    box.fill("nobody of that name")
    expect(activity.page.get_by_text("None of the requests match.")).to_be_visible()
    box.fill("")
    activity.page.get_by_label("Failures").check()
    expect(rows(activity)).to_have_count(1)
    # What comes later is filtered as well.
    site.chat(SHORT)
    expect(activity.page.get_by_text("1 of 4 requests")).to_be_visible()


def test_it_pauses_and_goes_on(site, activity):
    site.chat(SHORT)
    expect(rows(activity)).to_have_count(1)
    activity.button("Pause").click()
    for _ in range(2):
        site.chat(SHORT)
    expect(activity.page.get_by_text("2 requests since")).to_be_visible()
    expect(rows(activity)).to_have_count(1)
    activity.button("Go on").click()
    expect(rows(activity)).to_have_count(3)
    expect(activity.page.get_by_role("status").filter(has_text="Live")).to_be_visible()


def test_rows_are_bounded_and_not_read_out(site, activity):
    """Hundreds of requests leave three hundred rows, and a live region that says one word."""
    said = """() => {
        window.said = [];
        const state = document.querySelector(".live [role=status]");
        new MutationObserver(() => window.said.push(state.textContent)).observe(
            state, { childList: true, characterData: true, subtree: true });
    }"""
    activity.page.evaluate(said)
    for _ in range(400):
        site.client.get("/v1/models", headers=site.headers())
    expect(activity.page.get_by_text("300 requests")).to_be_visible()
    expect(activity.page.locator(".live-scroll tbody tr")).to_have_count(300)
    assert activity.page.evaluate("window.said") == []
    assert activity.page.locator(".live-scroll [aria-live], .live-scroll[aria-live]").count() == 0


def test_it_connects_again_when_the_worker_was_replaced(site, activity):
    site.chat(SHORT)
    expect(rows(activity, SHORT).first).to_be_visible()
    os.kill(site.worker_pid(), signal.SIGKILL)
    state = activity.page.get_by_role("status").filter(has_text="Connecting again in 1 s")
    expect(state).to_be_visible()
    expect(activity.page.get_by_text("Live", exact=True)).to_be_visible(timeout=20_000)
    until("the new worker serves", lambda: site.is_ready())
    site.chat("openai:sim-fast+events=3")
    expect(rows(activity, "events=3")).to_be_visible()


def test_what_could_not_be_sent_is_told(admin, open_dashboard):
    dashboard = open_dashboard()
    dashboard.page.route(re.compile("/events"), lambda route: route.fulfill(
        content_type="text/event-stream",
        body=': sign\n\nevent: watching\ndata: {}\n\nevent: lost\ndata: {"count": 7}\n\n'))
    dashboard.start(admin, "activity")
    expect(rows(dashboard, "7 requests not shown")).not_to_have_count(0)
    expect(dashboard.page.get_by_role("status").filter(
        has_text="The gateway has ended the stream.")).to_be_visible()


def test_a_connection_that_is_silent_is_given_up(admin, open_dashboard):
    dashboard = open_dashboard()
    dashboard.page.clock.install()
    dashboard.page.route(re.compile("/events"), lambda route: None)
    dashboard.start(admin, "activity")
    expect(dashboard.page.get_by_text("Connecting…")).to_be_visible()
    dashboard.page.clock.fast_forward(46_000)
    expect(dashboard.page.get_by_text("Nothing was heard for a while.")).to_be_visible()


def test_pauses_between_tries_grow(admin, open_dashboard):
    """nginx is there and the API is not: that is said, again and again but ever more seldom."""
    dashboard = open_dashboard()
    dashboard.page.route(re.compile("/events"), lambda route: route.abort())
    dashboard.start(admin, "activity")
    for seconds in (1, 2, 4):
        expect(dashboard.page.get_by_text(f"Connecting again in {seconds} s")).to_be_visible()
    dashboard.complaints.clear()


def test_a_key_that_is_revoked_sees_nothing_more(site, open_dashboard):
    key = site.management_key()
    dashboard = watch(open_dashboard(), key["token"])
    site.cli("management-keys", "delete", key["id"])
    # With the next sign of life the gateway looks at the key again.
    expect(dashboard.page.get_by_text("not accepted any more")).to_be_visible(timeout=30_000)


def test_an_account_sees_its_own_alone(start_shared_machine, browser):
    site = start_shared_machine(gateway={"accounts": ["default", "acme"]})
    tenant = site.management_key("read", "--account", "acme")["token"]
    acme = site.create_key("--account", "acme", "--name", "of acme")["token"]
    dashboard = watch(Dashboard(browser, site), tenant)
    site.chat(SHORT)
    site.chat(SHORT, token=acme)
    expect(rows(dashboard, "of acme")).to_have_count(1)
    expect(rows(dashboard)).to_have_count(1)
    dashboard.close()
