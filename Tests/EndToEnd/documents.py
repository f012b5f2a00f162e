"""README and docs/ as data: pages, headings, links, code blocks, tables, commands."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from machine import TOP

PAGES = [TOP / "README.md", *sorted((TOP / "docs").rglob("*.md"))]


def name_of(page):
    return str(page.relative_to(TOP))


def manual(name):
    return (TOP / "docs" / "manual" / f"{name}.md").read_text()


@dataclass
class Block:
    """A fenced block of code."""

    page: Path
    line: int
    language: str
    text: str

    def __str__(self):
        return f"{name_of(self.page)}:{self.line}"


def blocks(page):
    """The fenced blocks of a page; those inside a list are moved to the margin."""
    found, open_block, margin = [], None, 0
    for number, line in enumerate(page.read_text().splitlines(), 1):
        fence = re.match(r"( *)```(\w*)$", line)
        if fence and open_block is None:
            open_block = Block(page, number + 1, fence[2], "")
            margin = len(fence[1])
        elif fence:
            found.append(open_block)
            open_block = None
        elif open_block is not None:
            open_block.text += line[margin:] + "\n"
    assert open_block is None, f"{name_of(page)}: a block without an end"
    return found


def blocks_in(*languages):
    return [block for page in PAGES for block in blocks(page) if block.language in languages]


def prose(page):
    """A page without its fenced blocks."""
    return re.sub(r"^ *```.*?^ *```$", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)


def anchors(page):
    """What GitHub makes of the headings."""
    titles = re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)
    kept = [re.sub(r"[^\w\- ]", "", title.lower()) for title in titles]
    return {title.replace(" ", "-") for title in kept}


def links(page):
    """Relative links: (path or "", anchor or "")."""
    targets = re.findall(r"\]\(([^)\s]+)\)", prose(page))
    return [target.partition("#")[::2] for target in targets if "://" not in target]


def rows(text, heading):
    """The cells of the table below a heading of that text, without its first two lines."""
    section = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)", text,
                        re.DOTALL | re.MULTILINE)
    assert section, f"no heading {heading}"
    lines = [line for line in section[1].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def quoted(cell):
    """What stands in backquotes."""
    return re.findall(r"`([^`]+)`", cell)


def shell_commands(text):
    """The simple commands of a piece of shell, as lists of words."""
    text = re.sub(r"\\\n", " ", text)
    found = []
    for line in text.splitlines():
        for inner in re.findall(r"\$\(([^()]*)\)", line):
            found += shell_commands(inner)
        lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        lexer.commenters = "#"
        command = []
        try:
            words = list(lexer)
        except ValueError:
            # A quote that goes on in the next line: jq's programs. None of ours is in it.
            continue
        for word in words:
            if re.fullmatch(r"[|&;()]+", word):
                found.append(command)
                command = []
            else:
                command.append(word)
        found.append(command)
    return [command for command in found if command]


def commands_of(program):
    """Every call of a program in blocks of shell and in backquotes: (where, words, is whole)."""
    found = []
    for block in blocks_in("sh"):
        for command in shell_commands(block.text):
            names = [Path(word).name for word in command]
            if program in names[:1] or names[:1] == ["setpriv"] and program in names:
                # Behind setpriv its user may bear the same name.
                start = len(names) - 1 - names[::-1].index(program)
                found.append((str(block), command[start:], True))
    for page in PAGES:
        for text in quoted(prose(page)):
            if text.split()[:1] == [program]:
                found.append((name_of(page), shlex.split(text), False))
    return found
