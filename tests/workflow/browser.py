"""A real browser, driven over its debugging pipe: pages of a width, keys, the console."""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Self

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
    None,
)
OPTIONS = (
    "--headless",
    "--no-sandbox",  # containers do not allow it
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # no network
)
KEYS = {"Tab": 9, "Enter": 13, "Escape": 27, "ArrowRight": 39, "ArrowLeft": 37}


class Tab:
    """One tab of a browser of its own; `faults` is what its console complained of."""

    def __init__(self, profile: Path):
        (to_read, our_write), (our_read, to_write) = os.pipe(), os.pipe()
        command = [BROWSER, *OPTIONS, f"--user-data-dir={profile}"]
        command.append("--remote-debugging-pipe")  # descriptors 3 and 4
        shell = f'exec "$@" 3<&{to_read} 4>&{to_write}'
        self.process = subprocess.Popen(
            ["bash", "-c", shell, "bash", *command],
            pass_fds=(to_read, to_write),
            stderr=subprocess.DEVNULL,
        )
        os.close(to_read)
        os.close(to_write)
        self.pipe, self.answers = our_write, os.fdopen(our_read, "rb")
        self.number, self.session, self.faults = 0, None, []
        self.rest = b""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self.ask("Target.attachToTarget", targetId=target, flatten=True)
        self.session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.ask(f"{domain}.enable")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_) -> None:
        self.process.terminate()
        self.process.wait(20)
        os.close(self.pipe)
        self.answers.close()

    def ask(self, method: str, **params) -> dict:
        """A command of the DevTools protocol; what it answers."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.pipe, json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self.number:
            self._note(answer)
        assert "error" not in answer, (method, answer)
        return answer["result"]

    def _next(self) -> dict:
        while b"\0" not in self.rest:
            chunk = self.answers.read1(1 << 20)
            assert chunk, "the browser ended"
            self.rest += chunk
        text, _, self.rest = self.rest.partition(b"\0")
        return json.loads(text)

    def _note(self, event: dict) -> None:
        params = event.get("params", {})
        if event.get("method") == "Runtime.exceptionThrown":
            self.faults.append(params["exceptionDetails"]["text"])
        elif event.get("method") == "Log.entryAdded":
            self.faults.append(params["entry"]["text"])
        elif event.get("method") == "Runtime.consoleAPICalled":
            self.faults.append(str(params["args"]))

    def open(self, page: Path, width: int, height: int = 900) -> None:
        """A page in a window of a size, loaded with all its pictures."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1}
        self.ask("Emulation.setDeviceMetricsOverride", mobile=width < 600, **size)
        self.ask("Page.navigate", url=page.as_uri())
        for _ in range(600):
            if self.run(
                "document.readyState == 'complete' && location.protocol == 'file:'"
            ):
                return
            time.sleep(0.05)
        raise AssertionError(f"{page} does not load")

    def run(self, expression: str):
        """The value of a JavaScript expression in the page."""
        how = {"returnByValue": True, "awaitPromise": True}
        found = self.ask("Runtime.evaluate", expression=expression, **how)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def press(self, key: str) -> None:
        """A key, as a person presses it."""
        told = {"key": key, "code": key, "windowsVirtualKeyCode": KEYS[key]}
        text = {"text": "\r"} if key == "Enter" else {}
        self.ask("Input.dispatchKeyEvent", type="keyDown", **told, **text)
        self.ask("Input.dispatchKeyEvent", type="keyUp", **told)
