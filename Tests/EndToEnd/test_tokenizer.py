"""Tokens are those of tiktoken, and vocabularies get where they belong."""

import json
import os
import subprocess
import zipfile

import pytest
import tiktoken

import token_texts
from machine import BIN, TOP

FILES = TOP / ".build" / "vocabularies"
CACHE_NAMES = {"o200k_base": "fb374d419588a4632f3f557e76b4b70aebbca790",
               "cl100k_base": "9b5ad71b2ce5302211f9c61530b329a4922fc6a4"}


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """The vocabularies where tiktoken looks for its copies."""
    subprocess.run([TOP / ".ci" / "vocabularies"], check=True, timeout=110)
    folder = tmp_path_factory.mktemp("tiktoken")
    for name, copy in CACHE_NAMES.items():
        (folder / copy).symlink_to(FILES / f"{name}.tiktoken")
    os.environ["TIKTOKEN_CACHE_DIR"] = str(folder)
    return folder


def tokens(folder, name, texts):
    """The tokens of each text, of the gateway's tokenizer and of tiktoken."""
    packed, out = folder / "texts", folder / "tokens"
    packed.write_bytes(token_texts.packed(texts))
    out.unlink(missing_ok=True)
    done = subprocess.run(
        [BIN / "load-generator", "token-check", "--name", name, "--vocabulary",
         FILES / f"{name}.tiktoken", "--texts", packed, "--out", out],
        capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    ours = list(token_texts.unpacked(out.read_bytes()))
    theirs = [tiktoken.get_encoding(name).encode_ordinary(text) for text in texts]
    # What is counted without being kept is as much.
    assert json.loads(done.stdout)["tokens"] == sum(map(len, theirs))
    return ours, theirs


def differing(texts, ours, theirs):
    assert len(ours) == len(theirs) == len(texts)
    return [(text[:60], mine[:20], other[:20])
            for text, mine, other in zip(texts, ours, theirs) if mine != other][:5]


@pytest.mark.parametrize("name", CACHE_NAMES)
def test_a_corpus_of_two_megabytes_is_the_same_tokens(name, cache, tmp_path):
    texts = [text for kind in token_texts.corpus().values() for text in kind]
    assert sum(len(text.encode()) for text in texts) > 2_000_000
    assert differing(texts, *tokens(tmp_path, name, texts)) == []


@pytest.mark.parametrize("name", CACHE_NAMES)
def test_a_hundred_thousand_random_strings_are_the_same_tokens(name, cache, tmp_path):
    texts = list(token_texts.strings(100_000))
    assert differing(texts, *tokens(tmp_path, name, texts)) == []


@pytest.mark.unsanitized
@pytest.mark.parametrize("name", CACHE_NAMES)
def test_every_character_is_of_the_same_kind(name, cache, tmp_path):
    # Each in a line of its own, and many lines a text: a text costs more than a line.
    lines = list(token_texts.every_character())
    texts = ["\n~\n".join(lines[at:at + 64]) for at in range(0, len(lines), 64)]
    assert differing(texts, *tokens(tmp_path, name, texts)) == []


@pytest.mark.parametrize("text", ["a" * 100_000, "中" * 30_000, "\n" * 50_000, "aB" * 20_000,
                                  "中A" * 20_000, "x " * 30_000, "^" * 50_000, "é" * 30_000])
def test_long_runs_are_the_same_tokens(text, cache, tmp_path):
    for name in CACHE_NAMES:
        assert differing([text], *tokens(tmp_path, name, [text])) == []


@pytest.mark.unsanitized
def test_ten_megabytes_of_one_letter_take_seconds(cache, tmp_path):
    packed = tmp_path / "texts"
    packed.write_bytes(token_texts.packed(["a" * 10_000_000]))
    done = subprocess.run(
        [BIN / "load-generator", "token-check", "--vocabulary", FILES / "o200k_base.tiktoken",
         "--texts", packed], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert found["tokens"] == 1_250_000
    assert found["nanoseconds"] < 30e9


# --- without a vocabulary ---


def shares(folder, texts):
    """The estimate of each text as a share of the tokens that o200k makes of it."""
    packed, out = folder / "texts", folder / "estimates"
    packed.write_bytes(token_texts.packed(texts))
    out.unlink(missing_ok=True)
    subprocess.run([BIN / "load-generator", "token-check", "--estimated", "--texts", packed,
                    "--out", out], check=True, capture_output=True)
    estimates = [numbers[0] for numbers in token_texts.unpacked(out.read_bytes())]
    encoding = tiktoken.get_encoding("o200k_base")
    counts = [len(encoding.encode_ordinary(text)) for text in texts]
    each = [estimate / count for estimate, count in zip(estimates, counts)]
    return each, sum(estimates) / sum(counts)


@pytest.mark.parametrize("kind", ["english", "code", "chinese", "emoji"])
def test_no_part_of_the_corpus_is_underestimated_by_more_than_15_percent(kind, cache, tmp_path):
    each, together = shares(tmp_path, token_texts.corpus()[kind])
    assert min(each) > 0.85
    # Nor is it a multiple: a hold is somebody's money.
    assert 0.95 < together < 1.35


def test_the_corpus_as_a_whole_is_not_underestimated_by_more_than_15_percent(cache, tmp_path):
    for texts in token_texts.corpus().values():
        assert shares(tmp_path, texts)[1] > 0.85


def test_data_and_languages_are_not_underestimated_by_more_than_15_percent(cache, tmp_path):
    data = [text for one in token_texts.data().values() for text in token_texts.pieces(one)]
    languages = [text * 20 for text in token_texts.LANGUAGES]
    for text, share in zip(data + languages, shares(tmp_path, data + languages)[0]):
        assert share > 0.85, text[:60]


# --- the command ---


@pytest.fixture
def lockkeeper(tmp_path):
    """`lockkeeper tokenizer` on a folder that `lockkeeper init` made."""
    subprocess.run([BIN / "lockkeeper", "init", "--directory", tmp_path / "lk"], check=True,
                   capture_output=True)

    def run(*arguments):
        return subprocess.run(
            [BIN / "lockkeeper", "tokenizer", *arguments, "--config", tmp_path / "lk/gateway.yaml"],
            capture_output=True, text=True)
    return run


def states(lockkeeper):
    items = json.loads(lockkeeper("list", "--json").stdout)["items"]
    return {item["name"]: item["status"] for item in items}


def test_a_vocabulary_is_installed_from_its_file(lockkeeper, cache, tmp_path):
    assert states(lockkeeper) == {"o200k_base": "absent", "cl100k_base": "absent"}
    done = lockkeeper("install", "--from", FILES / "cl100k_base.tiktoken")
    assert (done.returncode, done.stderr) == (0, "")
    assert "installed" in done.stdout
    assert states(lockkeeper) == {"o200k_base": "absent", "cl100k_base": "installed"}
    copy = tmp_path / "lk/state/cl100k_base.tiktoken"
    assert copy.read_bytes() == (FILES / "cl100k_base.tiktoken").read_bytes()
    copy.write_bytes(copy.read_bytes()[:-9])
    assert states(lockkeeper)["cl100k_base"] == "damaged"


def test_a_text_is_counted_by_what_is_installed(lockkeeper, cache, tmp_path):
    text = tmp_path / "text"
    text.write_text("The quick brown fox, 12345 times. Grüße, 世界!\n" * 100)
    exact = len(tiktoken.get_encoding("o200k_base").encode(text.read_text()))
    about = lockkeeper("count", text)
    assert about.returncode == 0, about.stderr
    assert exact <= int(about.stdout.removeprefix("about ")) <= 1.5 * exact
    assert lockkeeper("install", "--from", FILES / "o200k_base.tiktoken").returncode == 0
    assert lockkeeper("count", text).stdout == f"{exact}\n"
    assert json.loads(lockkeeper("count", text, "--json").stdout) == {
        "vocabulary": "o200k_base", "tokens": exact, "estimated": False}


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_both_are_installed_from_a_wheel(lockkeeper, cache, tmp_path, method):
    wheel = tmp_path / "litellm-0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", method) as archive:
        archive.writestr("litellm/__init__.py", "")
        for name, copy in CACHE_NAMES.items():
            archive.write(FILES / f"{name}.tiktoken", f"litellm/tokenizers/{copy}")
    done = lockkeeper("install", "--from", wheel)
    assert (done.returncode, done.stderr) == (0, "")
    assert states(lockkeeper) == {"o200k_base": "installed", "cl100k_base": "installed"}


def broken_wheels(folder):
    whole = folder / "whole.whl"
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for copy in CACHE_NAMES.values():
            archive.writestr(f"x/{copy}", "not the vocabulary " * 1000)
    data = whole.read_bytes()
    yield data, "holds no vocabulary"
    yield data[:-30], "no directory"
    yield data[:100] + data[150:], "directory is broken"
    second = data.index(b"PK\x03\x04", 4)
    yield data[:second] + b"XX" + data[second + 2:], "not where its directory says"
    yield data[:90] + b"\xff" * 20 + data[110:], "can't be unpacked"
    start = data.rindex(b"PK\x05\x06")
    yield data[:start + 16] + b"\xff\xff\xff\x7f" + data[start + 20:], "directory is broken"
    entry = data.index(b"PK\x01\x02")
    yield data[:entry + 24] + b"\xff\xff\xff\x7f" + data[entry + 28:], "has more than"
    yield b"IQ== 0\n", "no vocabulary that is known"
    yield b"", "no vocabulary that is known"


@pytest.mark.parametrize("which", range(9))
def test_what_is_no_vocabulary_is_refused_in_one_line(lockkeeper, tmp_path, which):
    data, problem = list(broken_wheels(tmp_path))[which]
    path = tmp_path / "given.whl"
    path.write_bytes(data)
    done = lockkeeper("install", "--from", path)
    assert done.returncode == 1
    assert problem in done.stderr and str(path) in done.stderr
    assert done.stderr.count("\n") == 1
    assert states(lockkeeper) == {"o200k_base": "absent", "cl100k_base": "absent"}
