"""A headless Chromium on the dashboard, and what it may not do: leave the origin, complain."""

import re
from pathlib import Path

import axe_playwright_python
from machine import TOP
from playwright.sync_api import expect

AXE = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text()
SCREENSHOTS = TOP / ".build" / "screenshots"


class Dashboard:
    """A window of the browser in which the dashboard is open."""

    def __init__(self, browser, site, width=1440, height=900, scheme="light", **options):
        self.site = site
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme,
            reduced_motion="reduce", locale="en-GB", timezone_id="UTC", **options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.requests = []
        self.complaints = []
        self.page.on("request", lambda request: self.requests.append(request))
        self.page.on("console", self.note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def note(self, message):
        """What the browser says of itself: an answer 4xx is none of the page's faults."""
        if message.type in ("error", "warning") and "the server responded with" not in message.text:
            self.complaints.append(message.text)

    def open(self):
        self.page.goto(f"{self.site.api_base}/dashboard/")
        return self

    def sign_in(self, token, remember=False):
        self.page.get_by_label("Management key").fill(token)
        if remember:
            self.page.get_by_label("Remember in this tab").check()
        self.page.get_by_role("button", name="Sign in").click()
        return self

    def start(self, token, path="keys"):
        """Opens it, signs in and goes to a page."""
        self.open().sign_in(token)
        expect(self.page.locator("nav")).to_be_attached()
        return self.go(path)

    def go(self, path):
        self.page.evaluate("path => { location.hash = `#/${path}`; }", path)
        # Filled, not only begun.
        expect(self.page.locator(f"main.page-{path.split('?')[0]}")).to_be_attached()
        expect(self.page.locator(".page-body > *").first).to_be_attached()
        expect(self.page.locator("[aria-busy=true]")).to_have_count(0)
        return self

    def pages(self):
        """Those that the navigation leads to."""
        return self.page.locator("nav a").evaluate_all(
            "links => links.map(link => link.hash.slice(2))")

    def button(self, name, exact=True):
        return self.page.get_by_role("button", name=name, exact=exact)

    @property
    def dialog(self):
        return self.page.locator("dialog[open]").last

    def submit(self, name):
        self.dialog.get_by_role("button", name=name, exact=True).click()

    def expect_toast(self, text):
        expect(self.page.locator("#toasts")).to_contain_text(text)

    def storage(self):
        """Everything that outlives the page, and its address."""
        return self.page.evaluate(
            "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie,"
            " location.href])")

    def findings(self):
        """What axe finds that is serious; its script is not the page's, so CSP is not asked."""
        self.page.evaluate(AXE)
        found = self.page.evaluate("() => axe.run()")["violations"]
        return [f"{rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in found
                if rule["impact"] in ("serious", "critical")]

    def count_bytes(self):
        """A list that grows by the size of each answer as it came over the wire, head and body."""
        moved = []
        network = self.context.new_cdp_session(self.page)
        network.send("Network.enable")
        network.send("Network.setCacheDisabled", {"cacheDisabled": True})
        network.on("Network.loadingFinished",
                   lambda event: moved.append(event["encodedDataLength"]))
        return moved

    def screenshot(self, name):
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{re.sub('[^a-z0-9]+', '-', name)}.png",
                             full_page=self.page.locator("dialog[open]").count() == 0)

    def close(self):
        """Nothing went elsewhere and nothing was complained about."""
        self.context.close()
        foreign = [request.url for request in self.requests
                   if not request.url.startswith((self.site.api_base + "/", "data:"))]
        assert foreign == [], foreign
        assert self.complaints == [], self.complaints
