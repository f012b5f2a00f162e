"""Load from wrk: a steady rate, or as much as goes."""

import json
import os
import signal
import subprocess
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
