"""Every page and dialog of the dashboard, empty and in use: small, quick, readable, accessible."""

import re

import pytest
from browser import Dashboard
from furniture import ask_live, furnish
from machine import TOP, until
from playwright.sync_api import expect

WIDTHS = [360, 768, 1440]
SCHEMES = ["light", "dark"]


@pytest.fixture(scope="module")
def used(start_shared_machine):
    """A site that has been used for a while."""
    site = start_shared_machine()
    site.admin = site.management_key("admin", "--name", "Ada Lovelace")["token"]
    furnish(site, site.admin)
    since = {"startTime": "2026-01-01T00:00:00Z"}
    with site.api(site.admin) as api:
        until("all are counted", lambda: api.get(
            "/usage/overview", params=since).json()["totals"]["requests"] >= 44)
    return site


@pytest.fixture
def open_used(browser, used):
    opened = []

    def open_one(**options):
        opened.append(Dashboard(browser, used, **options))
        return opened[-1]

    yield open_one
    for dashboard in opened:
        dashboard.close()


# --- weight and time ---


@pytest.mark.unsanitized
def test_a_first_page_is_small_and_there_at_once(used, open_used):
    """Everything that moves is counted, headers and answers of the API too, with a cold cache."""
    dashboard = open_used()
    moved = dashboard.count_bytes()
    dashboard.open()
    expect(dashboard.page.get_by_role("heading", name="Sign in")).to_be_visible()
    first = dashboard.page.evaluate(
        "performance.getEntriesByName('first-contentful-paint')[0].startTime")
    dashboard.sign_in(used.admin)
    expect(dashboard.page.get_by_role("heading", level=1)).to_have_text("Overview")
    expect(dashboard.page.get_by_role("figure").first).to_be_visible()
    total = sum(moved)
    assert first < 1000 and total < 300_000
    # The page that everybody sees first, opened again in a tab that remembers the key.
    dashboard.page.evaluate("key => sessionStorage.setItem('lockkeeper.management-key', key)",
                            used.admin)
    dashboard.page.reload()
    expect(dashboard.page.get_by_role("figure").first).to_be_visible()
    shown = dashboard.page.evaluate("performance.now()")
    print(f"{total} bytes; sign-in painted after {first:.0f} ms, overview in {shown:.0f} ms")
    assert shown < 1000


def test_no_page_load_moves_much(used, open_used):
    """Each page by itself, opened as by a bookmark, with nothing kept from before."""
    pages = open_used().start(used.admin).pages()
    sizes = {}
    for path in pages:
        dashboard = open_used()
        dashboard.page.add_init_script(
            f"sessionStorage.setItem('lockkeeper.management-key', '{used.admin}')")
        moved = dashboard.count_bytes()
        dashboard.page.goto(f"{used.api_base}/dashboard/#/{path}")
        dashboard.go(path)
        sizes[path] = sum(moved)
    print(sizes)
    assert max(sizes.values()) < 300_000, sizes


def test_every_file_of_it_is_served_as_what_it_is(used):
    types = {".html": "text/html", ".css": "text/css", ".js": "text/javascript",
             ".svg": "image/svg+xml"}
    folder = TOP / "nginx" / "dashboard"
    total = 0
    for file in (file for file in folder.rglob("*") if file.is_file()):
        answer = used.api(used.admin).get(f"/dashboard/{file.relative_to(folder)}")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].split(";")[0] == types[file.suffix]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        total += len(answer.content)
    assert total < 300_000
    assert used.api(used.admin).get("/dashboard").headers["Location"].endswith("/dashboard/")


def test_nothing_is_inline_and_nothing_may_be(used):
    for address in ("/dashboard/", "/dashboard/app.js", "/dashboard/styles/base.css"):
        policy = used.api(used.admin).get(address).headers["Content-Security-Policy"]
        assert "unsafe" not in policy and policy.startswith("default-src 'none'")
    page = used.api(used.admin).get("/dashboard/").text
    assert not re.search(r"<style|style=|\son[a-z]+=|<script(?![^>]*src=)|//[a-z]", page)


# --- how it looks ---


def look(dashboard, name, findings):
    """A picture to look at, and what axe finds."""
    overflow = dashboard.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0, name
    dashboard.screenshot(name)
    # Between a phone and a desk the same rules hold as at one of them.
    if dashboard.page.viewport_size["width"] == 768:
        return
    if found := dashboard.findings():
        findings[name] = found


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_in_use_fits_and_has_no_serious_finding(used, open_used, width, scheme):
    dashboard = open_used(width=width, scheme=scheme).start(used.admin)
    findings = {}
    pages = dashboard.pages()
    assert len(pages) >= 10
    for path in pages:
        dashboard.go(path)
        if path == "activity":
            expect(dashboard.page.get_by_text("Live", exact=True)).to_be_visible()
            ask_live(used)
            expect(dashboard.page.locator(".live-scroll tbody tr")).to_have_count(9)
        look(dashboard, f"{path}-{width}-{scheme}", findings)
    dashboard.go("activity")
    ask_live(used)
    dashboard.page.locator(".live-scroll").get_by_role(
        "button", name="gpt-5+status=500").click()
    look(dashboard, f"dialog-live-request-{width}-{scheme}", findings)
    assert findings == {}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_empty_page_says_what_to_do_first(site, admin, open_dashboard, width, scheme):
    dashboard = open_dashboard(width=width, scheme=scheme).open()
    findings = {}
    look(dashboard, f"sign-in-{width}-{scheme}", findings)
    dashboard.sign_in(admin)
    for path in dashboard.go("overview").pages():
        dashboard.go(path)
        look(dashboard, f"empty-{path}-{width}-{scheme}", findings)
    for path, action in (("overview", "Create an access key"), ("keys", "Create key"),
                         ("configurations", "Create configuration"), ("providers", "Add key"),
                         ("credits", "Add credits")):
        dashboard.go(path)
        empty = dashboard.page.locator(".empty")
        expect(empty.get_by_role("link", name=action).or_(
            empty.get_by_role("button", name=action))).to_be_visible()
    assert findings == {}


def opened(dashboard, path, *names):
    """Presses one button after the other."""
    dashboard.go(path)
    place = dashboard.page.locator("main")
    for name in names:
        place.get_by_role("button", name=name).first.click()
        place = dashboard.dialog
    expect(dashboard.dialog).to_be_visible()
    expect(dashboard.page.locator("[aria-busy=true]")).to_have_count(0)


DIALOGS = {
    "key-create": ("keys", "Create key"),
    "key-once": ("keys", "Create key", "Create key"),
    "key-open": ("keys", "Support assistant"),
    "key-edit": ("keys", "Support assistant", "Edit"),
    "key-revoke": ("keys", "Support assistant", "Revoke"),
    "configuration-create": ("configurations", "Create configuration", "Add a rule",
                             "Then own keys"),
    "configuration-edit": ("configurations", "Edit Research"),
    "configuration-delete": ("configurations", "Delete Research"),
    "provider-key-add": ("providers", "Add key"),
    "provider-key-rotate": ("providers", "Rotate Data team"),
    "credits-add": ("credits", "Add credits"),
    "provider-add": ("providers", "Add provider"),
    "provider-edit": ("providers", "Edit Our vLLM"),
    "model": ("models?search=claude-sonnet-4-5", "Claude Sonnet 4.5"),
    "virtual-model-create": ("models", "Create"),
    "virtual-model-edit": ("models", "Edit quick"),
    "limits": ("settings", "Edit"),
    "management-key-create": ("settings", "Create"),
    "account-disable": ("settings", "Disable acme"),
    "request": ("overview", "gpt-5-mini+status=429"),
}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [360, 1440])
def test_every_dialog_fits_and_has_no_serious_finding(used, open_used, width, scheme):
    dashboard = open_used(width=width, scheme=scheme).start(used.admin)
    findings = {}
    for name, (path, *buttons) in DIALOGS.items():
        opened(dashboard, path, *buttons)
        if name == "key-once":
            used.tokens.append(dashboard.dialog.get_by_label("token", exact=True).inner_text())
        look(dashboard, f"dialog-{name}-{width}-{scheme}", findings)
        dashboard.page.evaluate(
            "document.querySelectorAll('dialog').forEach(dialog => dialog.close())")
        expect(dashboard.page.locator("dialog")).to_have_count(0)
    assert findings == {}


def test_news_of_a_dialog_stand_in_it(used, open_used):
    """What is outside of a modal dialog is read out by no screen reader."""
    dashboard = open_used(permissions=["clipboard-read", "clipboard-write"]).start(used.admin)
    opened(dashboard, "keys", "Create key", "Create key")
    used.tokens.append(dashboard.dialog.get_by_label("token", exact=True).inner_text())
    dashboard.dialog.get_by_role("button", name="Copy token").click()
    expect(dashboard.dialog.get_by_role("status")).to_contain_text("Copied: token")
    dashboard.submit("I have copied it")
    expect(dashboard.page.locator("body > #toasts")).to_be_attached()
