"""Load: requests from wrk at a steady rate, or as many as go, and streams read to their end."""

import json
import os
import signal
import subprocess
import threading
from pathlib import Path

SCRIPT = Path(__file__).with_name("paced.lua")


class Load:
    """wrk in the background; `result()` waits for its end, `stop()` ends it early."""

    def __init__(self, site, seconds, rate=500, connections=50, model="openai:sim-fast"):
        environment = {
            **os.environ, "PACED_RATE": str(rate), "PACED_CONNECTIONS": str(connections),
            "PACED_TOKEN": site.token, "PACED_MODEL": model}
        self.process = subprocess.Popen(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s",
             "-s", str(SCRIPT), site.base],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)

    @property
    def is_running(self):
        return self.process.poll() is None

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        return self.result()

    def result(self):
        output, _ = self.process.communicate(timeout=90)
        assert self.process.returncode == 0, output
        return json.loads(output.splitlines()[-1])


class Stream(threading.Thread):
    """A streamed request in the background and every byte that came of it."""

    def __init__(self, site, model):
        super().__init__(daemon=True)
        self.site, self.model = site, model
        self.content = b""
        self.error = None
        self.has_begun = threading.Event()
        self.start()
        assert self.has_begun.wait(10)

    def run(self):
        try:
            with self.site.stream(self.model) as response:
                for part in response.iter_raw():
                    self.content += part
                    self.has_begun.set()
        except Exception as error:  # Kept for the test to judge.
            self.error = error
