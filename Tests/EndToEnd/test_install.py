"""`make install` and `make uninstall`, into a folder that stands for the machine."""

import os
import subprocess

from machine import BIN, NGINX, TOP


def make(target, destination):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    environment["LOCKKEEPER_BIN_DIR"] = str(BIN)
    done = subprocess.run(
        ["make", "--no-print-directory", target, f"DESTDIR={destination}"], cwd=TOP,
        capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return {str(path.relative_to(destination)) for path in destination.rglob("*") if path.is_file()}


def test_install_puts_files_in_place_and_uninstall_removes_them_but_keeps_state(tmp_path):
    files = make("install", tmp_path)
    assert {"usr/local/bin/lockkeeper", "etc/nginx/lockkeeper/lockkeeper.conf",
            "etc/nginx/lockkeeper/lockkeeper_params", "etc/nginx/lockkeeper/snippets/v1.conf",
            "etc/lockkeeper/gateway.yaml.example"} <= files
    state = tmp_path / "var/lib/lockkeeper"
    assert state.stat().st_mode & 0o777 == 0o700
    (state / "store.jsonl").touch()
    (tmp_path / "etc/lockkeeper/gateway.yaml").touch()
    assert make("uninstall", tmp_path) == {
        "var/lib/lockkeeper/store.jsonl", "etc/lockkeeper/gateway.yaml"}


def test_the_installed_program_runs_by_itself(tmp_path):
    make("install", tmp_path)
    done = subprocess.run([tmp_path / "usr/local/bin/lockkeeper", "--help"],
                          capture_output=True, text=True, env={"PATH": "/usr/bin"})
    assert done.returncode == 0
    assert "serve" in done.stdout


def test_the_installed_include_files_are_a_site(tmp_path):
    make("install", tmp_path)
    folder = tmp_path / "etc/nginx"
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
