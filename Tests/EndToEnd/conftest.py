"""What the suites share: machines to test on, and their logs when a test fails."""

import shutil

import pytest
from playwright.sync_api import sync_playwright

from browser import Dashboard
from machine import BIN, Certificates, Machine


def pytest_configure(config):
    for program in ("lockkeeper", "provider-simulator"):
        if not (BIN / program).exists():
            pytest.exit(f"{BIN / program} is missing: run `make build` first", returncode=2)


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("certificates"))


running = []


def machine_fixture(scope):
    @pytest.fixture(scope=scope)
    def make(certificates):
        made = []

        def start(**settings):
            machine = Machine(certificates, **settings)
            made.append(machine)
            running.append(machine)
            return machine.start()

        yield start
        for machine in made:
            running.remove(machine)
        failures = []
        for machine in made:
            try:
                machine.stop()
            except Exception as error:  # Every machine is stopped before the first error counts.
                failures.append(error)
        if failures:
            raise failures[0]
    return make


start_machine = machine_fixture("function")
start_shared_machine = machine_fixture("module")


@pytest.fixture(scope="module")
def site(start_shared_machine):
    """The machine most tests of a suite share: the simulator behind openai and anthropic."""
    return start_shared_machine()


# --- the dashboard ---


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        # Debian's: Playwright's own build of it can't be had everywhere.
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def admin(site):
    return site.management_key("admin", "--name", "Ada")["token"]


@pytest.fixture
def open_dashboard(browser, site):
    opened = []

    def open_one(**options):
        opened.append(Dashboard(browser, site, **options))
        return opened[-1]

    yield open_one
    for dashboard in opened:
        dashboard.close()


@pytest.fixture
def dashboard(open_dashboard):
    return open_dashboard(permissions=["clipboard-read", "clipboard-write"])


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.failed:
        for machine in running:
            for name in ("gateway", "access", "nginx", "simulator"):
                lines = [line for line in machine.log(name).splitlines()
                         if "[info]" not in line and "[notice]" not in line]
                if lines:
                    report.sections.append(
                        (f"{machine.root.name}/{name}.log", "\n".join(lines[-8:])))
