"""The table and the machine it was measured on."""

import platform
import re
import shutil
import subprocess


def first_line(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return "not found"
    text = (done.stdout + done.stderr).strip()
    return text.splitlines()[0] if text else "unknown"


def machine():
    """What the figures depend on."""
    information = open("/proc/cpuinfo").read()
    cores = len(re.findall(r"^processor\s", information, re.MULTILINE))
    model = re.search(r"model name\s*:\s*(.+)", information)
    memory = re.search(r"MemTotal:\s+(\d+)", open("/proc/meminfo").read())
    system = re.search(r'PRETTY_NAME="([^"]+)"', open("/etc/os-release").read())
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    return {
        "cpu": f"{cores} x {model.group(1) if model else '?'}",
        "memory": f"{int(memory.group(1)) // 1024 // 1024} GiB",
        "system": f"{system.group(1)}, kernel {platform.release()}",
        "nginx": first_line(nginx, "-v").removeprefix("nginx version: "),
        "curl": first_line("curl-config", "--version").removeprefix("libcurl "),
        "swift": first_line("swift", "--version"),
    }


def number(value):
    if value is None:
        return "-"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def verdict(row):
    return {True: "pass", False: "MISS", None: ""}[row.passed]


def bar(row):
    if row.bar is None:
        return ""
    return f"{'>=' if row.at_least else '<='} {number(row.bar)} {row.unit}".strip()


def table(rows):
    """Markdown, for the README."""
    lines = ["| what | measured | bar | | beside it |", "|---|---:|---|---|---|"]
    for row in rows:
        lines.append(f"| {row.what} | {number(row.value)} {row.unit} | {bar(row)} | "
                     f"{verdict(row)} | {row.note} |")
    return "\n".join(lines)


def as_json(rows, plan, is_quick):
    return {
        "machine": machine(),
        "rounds": plan.rounds,
        "quick": is_quick,
        "rows": [{"what": row.what, "value": row.value, "unit": row.unit, "bar": row.bar,
                  "passed": row.passed, "note": row.note} for row in rows],
    }
