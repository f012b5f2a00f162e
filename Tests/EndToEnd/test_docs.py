"""README and docs/ say what is: links, commands, settings, codes, fields, cues."""

import json
import re
import subprocess

import pytest

from documents import (PAGES, anchors, commands_of, links, manual, name_of, prose, quoted, rows)
from machine import BIN, TOP

SOURCES = TOP / "Sources"


def source(path):
    return (SOURCES / path).read_text()


# --- links ---


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_relative_link_leads_somewhere(page):
    for path, anchor in links(page):
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{name_of(page)}: {path}"
        if anchor:
            assert anchor in anchors(target), f"{name_of(page)}: {path}#{anchor}"


def test_every_page_can_be_reached_from_the_readme():
    seen, waiting = set(), [TOP / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        waiting += [(page.parent / path).resolve() for path, _ in links(page) if path]
    decisions = {page for page in PAGES if page.parent.name == "decisions"}
    assert set(PAGES) - decisions - seen == set()


def test_the_decisions_are_numbered_one_by_one():
    pages = sorted((TOP / "docs" / "decisions").glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        assert page.read_text().startswith(f"# {int(page.name[:4])}. "), name_of(page)


# --- commands ---


def described(program):
    """The program's own description of its command line."""
    done = subprocess.run([BIN / program, "--experimental-dump-help"], capture_output=True,
                          text=True, check=True)
    return json.loads(done.stdout)["command"]


def option_names(command):
    """The long options of a command: name to whether a value follows."""
    return {name["name"]: argument["kind"] == "option"
            for argument in command.get("arguments", []) if argument["kind"] != "positional"
            for name in argument["names"] if name["kind"] == "long"}


def needed(command):
    return {argument["preferredName"]["name"] for argument in command.get("arguments", [])
            if argument["kind"] == "option" and not argument["isOptional"]}


def places(command, at_least=False):
    """How many positional arguments a command takes, or wants at least."""
    return sum(1 for argument in command.get("arguments", [])
               if argument["kind"] == "positional"
               and not (at_least and argument["isOptional"]))


def problem(command, words, is_whole):
    """What is wrong with a call, nil when nothing is."""
    words = list(words[1:])
    while words and command.get("subcommands") and not words[0].startswith("-"):
        below = {one["commandName"]: one for one in command["subcommands"]}
        if words[0] not in below:
            return f"no subcommand {words[0]}"
        command = below[words.pop(0)]
    options = {**option_names(command), "help": False, "generate-completion-script": True}
    given, bare = set(), 0
    while words:
        word = words.pop(0)
        if word in ("<", ">"):
            words = words[1:]
        elif word.startswith("--"):
            name = word[2:].partition("=")[0]
            if name not in options:
                return f"no option {word}"
            given.add(name)
            if options[name] and "=" not in word:
                if not words and is_whole:
                    return f"{word} without a value"
                words = words[1:]
        else:
            bare += 1
    if bare > places(command):
        return f"{bare} arguments, not {places(command)}"
    if is_whole and bare < places(command, at_least=True):
        return f"{bare} arguments of {places(command, at_least=True)}"
    if is_whole and not needed(command) <= given:
        return f"without {needed(command) - given}"
    return None


@pytest.mark.parametrize("program", ["lockkeeper", "provider-simulator"])
def test_every_command_in_the_docs_is_one(program):
    calls = commands_of(program)
    assert len(calls) > (40 if program == "lockkeeper" else 0)
    command = described(program)
    wrong = [f"{where}: {' '.join(words)}: {problem(command, words, is_whole)}"
             for where, words, is_whole in calls if problem(command, words, is_whole)]
    assert wrong == []


def leaves(command, path=()):
    """The commands that do something, by their words."""
    below = [one for one in command.get("subcommands", [])
             if one.get("shouldDisplay", True) and one["commandName"] != "help"]
    if not below:
        return {path: command}
    return {words: leaf for one in below
            for words, leaf in leaves(one, (*path, one["commandName"])).items()}


def test_the_command_line_page_has_every_command_with_its_options():
    wanted = {
        " ".join(words): set(option_names(leaf)) - {"help", "config", "json", "version"}
        for words, leaf in leaves(described("lockkeeper")).items()}
    found = {}
    for heading in ("Serving", "Setting up", "Keys", "Credits and usage", "Looking"):
        for cells in rows(manual("command-line"), heading):
            words = quoted(cells[0])[0].removeprefix("lockkeeper ").removesuffix(" ID")
            options = cells[1] if len(cells) > 2 else ""
            found[words] = set(re.findall(r"`--([a-z0-9-]+)", options))
    assert found == wanted


@pytest.mark.parametrize("program, page", [("provider-simulator", "simulator")])
def test_a_program_s_page_has_its_options(program, page):
    wanted = set(option_names(described(program))) - {"help", "version"}
    assert set(re.findall(r"^\| `--([a-z-]+)`", manual(page), re.MULTILINE)) == wanted


def test_every_make_target_in_the_docs_is_one():
    targets = set(re.findall(r"^([a-z-]+):", (TOP / "Makefile").read_text(), re.MULTILINE))
    used = {words[1] for _, words, _ in commands_of("make") if len(words) > 1}
    assert {"run", "test", "install"} <= used <= targets


# --- settings ---


def settings_of_the_example():
    """The keys of examples/gateway.yaml by table: name to (default, needs a restart)."""
    tables, path, needs_restart = {}, [], False
    for line in (TOP / "examples" / "gateway.yaml").read_text().splitlines():
        comment = re.match(r" *# (.*)", line)
        # The key of a managed key is a comment: its variable is set nowhere.
        if comment and not re.match(r"- [a-z_]+: ", comment[1]):
            needs_restart = needs_restart or comment[1].startswith("[S]")
            continue
        key = re.match(r"( *(?:# )?(?:- )?)([\w-]+):(?: (.*))?$", line)
        if not key:
            continue
        indent = len(key[1])
        path = [(place, name) for place, name in path if place < indent]
        table = ".".join(name for _, name in path)
        tables.setdefault(table, {})[key[2]] = (key[3] or "", needs_restart)
        path.append((indent, key[2]))
        needs_restart = False
    dialects = "gateways.providers.dialects"
    tables[dialects] = tables.pop(f"{dialects}.openai-chat")
    return tables


TABLES = {"": "Top level"}


@pytest.mark.parametrize("table", sorted(settings_of_the_example()))
def test_the_configuration_page_has_every_setting(table):
    wanted = settings_of_the_example()[table]
    found = {quoted(cells[0])[0]: cells for cells in
             rows(manual("configuration"), TABLES.get(table, table))}
    assert list(found) == list(wanted)
    for name, (default, needs_restart) in wanted.items():
        assert found[name][3] == ("S" if needs_restart else "R"), name
        # Further down the example shows a sample, not the defaults.
        has_samples = table.startswith("gateways.") or table == "virtual_models"
        if default and not has_samples and name != "id":
            assert quoted(found[name][2]) == [default], name


def test_the_configuration_page_has_a_table_for_each_of_the_file():
    headings = re.findall(r"^## (.*)$", manual("configuration"), re.MULTILINE)
    assert set(headings) == {TABLES.get(table, table) for table in settings_of_the_example()}


def test_the_built_in_providers_are_those_of_the_product():
    example = (TOP / "examples" / "gateway.yaml").read_text()
    text = re.search(r"# them: (.*?)\.$", example, re.DOTALL | re.MULTILINE)[1]
    wanted = re.findall(r"[a-z][a-z-]+", text)
    assert [quoted(cells[0])[0] for cells in rows(manual("providers"), "Built in")] == wanted
    readme = re.search(r"^Built in: (.*?)\.", (TOP / "README.md").read_text(),
                       re.DOTALL | re.MULTILINE)[1]
    assert quoted(readme) == wanted


def test_the_dialects_of_the_built_in_providers_are_those_of_the_product():
    code = source("Routing/BuiltInProviders.swift")
    starts = [(match[1], match.start()) for match in re.finditer(r'Row\(\s*"([a-z-]+)"', code)]
    ends = [start for _, start in starts[1:]] + [code.index("private static func chat")]
    for cells, (name, start), end in zip(rows(manual("providers"), "Built in"), starts, ends):
        row = code[start:end]
        offered = [
            bool(re.search(r"\bchat\(|openAI\(|\.openAIChat", row)), "openAI(" in row,
            bool(re.search(r"\bmessages\(|\.anthropicMessages", row)), ".gemini" in row]
        assert quoted(cells[0]) == [name]
        assert [cell == "yes" for cell in cells[1:]] == offered, name


# --- what clients and operators read ---


def test_the_errors_page_has_every_code_with_its_status():
    code = source("Relay/Refusal.swift")
    cases = dict(re.findall(r'case (\w+) = "(\w+)"', code))
    statuses = {}
    table = re.search(r"package var status: Int \{(.*?)\n        \}", code, re.DOTALL)[1]
    for names, status in re.findall(r"case ([^:]+):\s+(\d+)", table):
        statuses.update({name: status for name in re.findall(r"\.(\w+)", names)})
    wanted = {f"ERR_NGROK_{code}": statuses[name] for name, code in cases.items()}
    found = {}
    for cells in rows(manual("errors"), "Codes"):
        found.setdefault(quoted(cells[0])[0], set()).add(cells[1])
    assert set(found) == set(wanted)
    assert [name for name, status in wanted.items() if status not in found[name]] == []


def test_the_control_plane_page_has_every_code_with_its_status():
    table = re.findall(r'case \.\w+:\s+\((\d+), "(\w+)"\)',
                       source("ControlPlane/APIError+Table.swift"))
    found = {(f"{status}", code) for cells in rows(manual("control-plane"), "Errors")
             for code in quoted(cells[0]) for status in cells[1].split(", ")}
    assert found == {(status, f"ERR_NGROK_{code}") for status, code in table}


def test_every_code_in_the_docs_is_one():
    known = {quoted(cells[0])[0] for cells in rows(manual("errors"), "Codes")}
    known |= {code for cells in rows(manual("control-plane"), "Errors")
              for code in quoted(cells[0])}
    for page in PAGES:
        used = set(re.findall(r"ERR_NGROK_[A-Z0-9_]*[A-Z0-9]", page.read_text()))
        assert used <= known, name_of(page)


def test_the_access_log_page_has_every_field_and_result():
    line = source("Relay/AccessLogLine.swift")
    fields = set(re.findall(r'(?:key|writeOptional)\("(\w+)"', line))
    text = manual("access-log")
    documented = set(re.findall(r"`(\w+)`", text)) | set(re.findall(r"`attempts\[\]\.(\w+)`", text))
    assert fields <= documented
    labels = re.findall(r'case \.\w+: "([^"]+)"$', source("Relay/AttemptRecord.swift"),
                        re.MULTILINE)
    assert {label for label in labels if f"`{label}`" not in text} == set()
    outcomes = source("Relay/ExchangeRecord.swift")
    names = re.findall(r"^        case (\w+)(?: = \"(\w+)\")?$", outcomes, re.MULTILINE)
    assert {raw or name for name, raw in names} <= documented


def test_the_catalog_page_has_every_field():
    text = re.sub(r"```.*?```", "", manual("catalog"), flags=re.DOTALL)
    documented = set(re.findall(r"[A-Za-z_0-9]+", " ".join(re.findall(r"`([^`]+)`", text))))
    fields = set()
    for name in ("CatalogReader+Facts", "CatalogReader+Pricing", "CatalogLoader"):
        for literal in re.findall(r"\[((?:\s*\"\w+\",?)+\s*)\]", source(f"Storage/{name}.swift")):
            fields |= set(re.findall(r"\w+", literal))
    assert {"max_context_window", "utcHours", "display_name", "cache_write_1h"} <= fields
    kinds = re.findall(r'\("(\w+)", \.', source("Model/ServiceTiers.swift"))
    kinds += re.findall(r"case (text.*)", source("Model/ModelFacts.swift"))[0].split(", ")
    assert fields | set(kinds) <= documented | {"models", "authors"}


def test_the_simulator_page_has_every_cue():
    wanted = set(re.findall(r'^        case "([a-z-]+)":', source("provider-simulator/Cue.swift"),
                            re.MULTILINE)) - {"us", "ms"}
    found = {re.match(r"\+([a-z-]+)=", cue)[1] for cells in rows(manual("simulator"), "Cues")
             for cue in quoted(cells[0]) if cue.startswith("+")}
    assert found == {name for name in wanted if len(name) > 1}


def test_the_messages_that_the_operating_page_explains_are_written_somewhere():
    swift = "".join(path.read_text() for path in SOURCES.rglob("*.swift"))
    for cells in rows(manual("operating"), "Logs"):
        for message in quoted(cells[0]):
            assert f'"{message}"' in swift or message == "note", message


def test_no_page_speaks_of_another_file_that_is_not_there():
    for page in PAGES:
        for path in re.findall(r"`((?:Sources|Tests|examples|nginx|docs)/[\w./+-]+)`", prose(page)):
            assert (TOP / path).exists(), f"{name_of(page)}: {path}"
