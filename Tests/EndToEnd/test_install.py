"""`make install` and `make uninstall`, into a folder that stands for the machine."""

import os
import re
import shutil
import subprocess

import pytest

from machine import BIN, NGINX, TOP


def make(target, destination, *variables):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    environment["LOCKKEEPER_BIN_DIR"] = str(BIN)
    done = subprocess.run(
        ["make", "--no-print-directory", target, f"DESTDIR={destination}", *variables],
        cwd=TOP, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return {str(path.relative_to(destination)) for path in destination.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder that `make install` has filled: to be looked at, not changed."""
    folder = tmp_path_factory.mktemp("installed")
    make("install", folder)
    return folder


def test_install_puts_files_in_place_and_uninstall_removes_them_but_keeps_state(tmp_path):
    files = make("install", tmp_path)
    assert {"usr/local/bin/lockkeeper", "etc/nginx/lockkeeper/lockkeeper.conf",
            "etc/nginx/lockkeeper/lockkeeper_params", "etc/nginx/lockkeeper/snippets/v1.conf",
            "etc/nginx/lockkeeper/openapi.yaml", "etc/nginx/lockkeeper/dashboard/index.html",
            "etc/lockkeeper/gateway.yaml.example",
            "usr/local/lib/systemd/system/lockkeeper.service",
            "usr/local/lib/systemd/system/lockkeeper.socket",
            "usr/local/lib/sysusers.d/lockkeeper.conf", "etc/logrotate.d/lockkeeper",
            "usr/local/share/man/man1/lockkeeper.1",
            "usr/local/share/bash-completion/completions/lockkeeper",
            "usr/local/share/zsh/site-functions/_lockkeeper",
            "usr/local/share/fish/vendor_completions.d/lockkeeper.fish"} <= files
    state = tmp_path / "var/lib/lockkeeper"
    assert state.stat().st_mode & 0o777 == 0o700
    (state / "store.jsonl").touch()
    (tmp_path / "etc/lockkeeper/gateway.yaml").touch()
    (tmp_path / "etc/lockkeeper/master.key").touch()
    assert make("uninstall", tmp_path) == {
        "var/lib/lockkeeper/store.jsonl", "etc/lockkeeper/gateway.yaml",
        "etc/lockkeeper/master.key", "var/lib/lockkeeper/o200k_base.tiktoken",
        "var/lib/lockkeeper/cl100k_base.tiktoken"}


def test_the_installed_program_runs_by_itself(installed):
    done = subprocess.run([installed / "usr/local/bin/lockkeeper", "--help"],
                          capture_output=True, text=True, env={"PATH": "/usr/bin"})
    assert done.returncode == 0
    assert "serve" in done.stdout


def test_the_installed_include_files_are_a_site(installed, tmp_path):
    folder = shutil.copytree(installed / "etc/nginx", tmp_path / "nginx")
    (folder / "temp").mkdir()
    paths = "".join(f"{kind}_temp_path temp; " for kind in
                    ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(f"""
        pid nginx.pid; error_log stderr; events {{ }}
        http {{ access_log off; {paths}
            include lockkeeper/lockkeeper.conf;
            server {{ listen 127.0.0.1:1;
                include lockkeeper/lockkeeper_errors.conf;
                include lockkeeper/snippets/v1.conf; }} }}""")
    done = subprocess.run([NGINX, "-t", "-q", "-p", folder, "-c", folder / "nginx.conf",
                           "-e", "stderr"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_units_follow_the_prefix_and_the_group_of_the_web_server(tmp_path):
    make("install", tmp_path, "PREFIX=/usr", "WEB_GROUP=nginx")
    units = tmp_path / "usr/lib/systemd/system"
    service = (units / "lockkeeper.service").read_text()
    assert "\nExecStart=/usr/bin/lockkeeper serve\n" in service
    assert "\nExecReload=/usr/bin/lockkeeper reload\n" in service
    assert "/usr/local" not in service
    assert "\nSocketGroup=nginx\n" in (units / "lockkeeper.socket").read_text()


def test_systemd_takes_the_installed_units(installed, tmp_path):
    folder = shutil.copytree(installed / "usr/local/lib/systemd/system", tmp_path / "units")
    service = folder / "lockkeeper.service"
    # The programs are wanted where the unit says.
    service.write_text(service.read_text().replace("/usr/local/", f"{installed}/usr/local/"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", service, folder / "lockkeeper.socket"],
        capture_output=True, text=True, env={**os.environ, "SYSTEMD_UNIT_PATH": f"{folder}:"})
    about_ours = [line for line in done.stderr.splitlines() if "lockkeeper" in line]
    assert (done.returncode, about_ours) == (0, [])


def test_the_service_is_well_confined():
    """systemd's own measure: 0 is the best, 10 a service without any hardening."""
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=20",
         TOP / "examples/systemd/lockkeeper.service"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_service_has_time_to_drain():
    """TimeoutStopSec covers the default of drain_timeout; a longer one asks for more itself."""
    service = (TOP / "examples/systemd/lockkeeper.service").read_text()
    example = (TOP / "examples/gateway.yaml").read_text()
    minutes = int(re.search(r"^TimeoutStopSec=(\d+)min$", service, re.MULTILINE).group(1))
    drain = int(re.search(r"^drain_timeout: (\d+)m$", example, re.MULTILINE).group(1))
    assert minutes > drain


def test_the_units_fit_the_example_configuration():
    socket = (TOP / "examples/systemd/lockkeeper.socket").read_text()
    service = (TOP / "examples/systemd/lockkeeper.service").read_text()
    example = (TOP / "examples/gateway.yaml").read_text()
    path = re.search(r"^listen: unix:(.*)$", example, re.MULTILINE).group(1)
    assert f"\nListenStream={path}\n" in socket
    key = re.search(r"^master_key: \"\$\{file:(.*/(.*))\}\"$", example, re.MULTILINE)
    assert f"\nLoadCredential={key.group(2)}:{key.group(1)}\n" in service


def test_the_manual_page_is_what_the_program_says():
    """Written anew with LOCKKEEPER_RECORD=1."""
    page = TOP / "docs/man/lockkeeper.1"
    said = subprocess.run([TOP / ".ci/man-page", BIN / "lockkeeper"], check=True,
                          capture_output=True, text=True).stdout
    if os.environ.get("LOCKKEEPER_RECORD"):
        page.write_text(said)
    assert page.read_text() == said, "run this test once with LOCKKEEPER_RECORD=1"


@pytest.mark.skipif(not shutil.which("man"), reason="no man-db here")
def test_the_manual_page_is_set_without_a_warning():
    done = subprocess.run(
        ["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", TOP / "docs/man/lockkeeper.1"],
        capture_output=True, text=True, env={**os.environ, "LC_ALL": "C.UTF-8"})
    assert (done.returncode, done.stderr) == (0, "")


def test_bash_completes_commands_and_options(installed):
    script = installed / "usr/local/share/bash-completion/completions/lockkeeper"

    def complete(*words):
        """What bash offers for the last word."""
        program = f"""
            source {script}
            COMP_WORDS=({" ".join(f"'{word}'" for word in words)})
            COMP_CWORD={len(words) - 1}
            COMP_LINE="${{COMP_WORDS[*]}}" COMP_POINT=1000
            function=$(complete -p lockkeeper | sed 's/.*-F \\([^ ]*\\).*/\\1/')
            "$function" lockkeeper "${{COMP_WORDS[COMP_CWORD]}}" "${{COMP_WORDS[COMP_CWORD-1]}}"
            printf '%s\\n' "${{COMPREPLY[@]}}" """
        done = subprocess.run(["bash", "-c", program], capture_output=True, text=True, check=True)
        return {line.strip() for line in done.stdout.splitlines()}

    assert {"serve", "check", "keys"} <= complete("lockkeeper", "")
    assert complete("lockkeeper", "stat") == {"status"}
    assert "create" in complete("lockkeeper", "keys", "")
    assert "--expires" in complete("lockkeeper", "keys", "create", "--e")


@pytest.mark.parametrize("shell, path, begin", [
    ("zsh", "zsh/site-functions/_lockkeeper", "#compdef lockkeeper"),
    ("fish", "fish/vendor_completions.d/lockkeeper.fish", "function "),
])
def test_other_shells_have_a_completion_that_they_can_read(installed, shell, path, begin):
    script = installed / "usr/local/share" / path
    assert script.read_text().startswith(begin)
    if shutil.which(shell):
        done = subprocess.run([shell, "-n", script], capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")
