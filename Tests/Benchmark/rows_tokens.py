"""Rows about the tokenizer."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench_site import BIN
from row import Row, median

TOP = Path(__file__).resolve().parents[2]
VOCABULARY = TOP / ".build" / "vocabularies" / "o200k_base.tiktoken"
sys.path.append(str(TOP / "Tests" / "EndToEnd"))

import token_texts  # noqa: E402

# What tiktoken needs for the same texts; the fastest of three, as of ours.
TIKTOKEN = """
import os, sys, time
import tiktoken
sys.path.append(sys.argv[1])
import token_texts
encoding = tiktoken.get_encoding("o200k_base")
texts = token_texts.mixed()
times = []
for _ in range(3):
    start = time.perf_counter_ns()
    for text in texts:
        encoding.encode_ordinary(text)
    times.append(time.perf_counter_ns() - start)
print(min(times))
"""


class Tokens:
    """English, code, Chinese and emoji to tokens, beside tiktoken."""

    def __init__(self):
        self.ratios = []
        self.speeds = []

    def measure(self, _site, _plan):
        if not VOCABULARY.exists():
            raise SystemExit(f"no {VOCABULARY}: run .ci/vocabularies first")
        with tempfile.TemporaryDirectory() as folder:
            texts = Path(folder) / "texts"
            texts.write_bytes(token_texts.packed(token_texts.mixed()))
            done = subprocess.run(
                [str(BIN / "load-generator"), "token-check", "--vocabulary", str(VOCABULARY),
                 "--texts", str(texts), "--rounds", "3"],
                capture_output=True, text=True, check=True)
            ours = json.loads(done.stdout)
            (Path(folder) / "fb374d419588a4632f3f557e76b4b70aebbca790").symlink_to(VOCABULARY)
            theirs = subprocess.run(
                [str(TOP / ".venv" / "bin" / "python"), "-c", TIKTOKEN, token_texts.__file__
                 .rpartition("/")[0]], capture_output=True, text=True, check=True,
                env={**os.environ, "TIKTOKEN_CACHE_DIR": folder})
        self.ratios.append(int(theirs.stdout) / ours["nanoseconds"])
        self.speeds.append(ours["bytes"] * 1000 / ours["nanoseconds"])

    def rows(self):
        return [Row("tokenizer: mixed text, against tiktoken", median(self.ratios), "times", 1,
                    at_least=True, note=f"{median(self.speeds):.0f} MB/s")]
