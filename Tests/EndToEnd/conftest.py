"""What the suites share: machines to test on, and their logs when a test fails."""

import pytest

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
