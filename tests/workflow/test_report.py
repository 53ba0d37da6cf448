"""The report as a person meets it: one file, opened in a browser without a network."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from .browser import BROWSER
from .conftest import SMALL
from .test_workflow import FIGURES, TABLES

# What is appended to the report: it visits every page, loads every image, reads
# everything else, and writes what it found where the test can read it.
PROBE = """
<script>
const failures = [], found = {};
window.addEventListener("error", (event) => failures.push(event.message));
const pause = (time) => new Promise((done) => setTimeout(done, time));
async function visit() {
  while (!app) await pause(50);  // until the page is drawn
  Object.keys(categories).forEach((category) => app.showCategory(category));
  for (const [path, result] of Object.entries(results)) {
    if (result.mime_type.startsWith("image/")) {
      const image = new Image();
      // Not decode(), for which the browser's clock would not wait.
      await new Promise((done, failed) => {
        image.onload = done;
        image.onerror = () => failed(`damaged: ${result.name}`);
        image.src = result.data_uri;
      });
      found[result.name] = image.naturalWidth;
      app.setView({content: "img", contentPath: result.data_uri, resultPath: path});
    } else {
      found[result.name] = atob(result.data_uri.split(",", 2)[1]).length;
    }
    app.showResultInfo(path);
    await pause(20);
  }
  app.setView({navbarMode: "menu", content: "metadata"});
}
window.addEventListener("load", () => visit()
  .catch((error) => failures.push(`${error}`))
  .then(() => pause(100))
  .then(() => document.body.dataset.probe = JSON.stringify({found, failures})));
</script>
"""


def opened(report: Path, folder: Path) -> tuple[dict, str, str]:
    """What the probe found in a browser without a network; its page, and its console."""
    page = folder / "probed.html"
    page.write_text(report.read_text() + PROBE)
    command = [
        BROWSER,
        "--headless",
        "--no-sandbox",  # containers do not allow it
        "--disable-gpu",
        "--disable-dev-shm-usage",
        f"--user-data-dir={folder / 'profile'}",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        "--enable-logging=stderr",
        "--virtual-time-budget=600000",
        "--dump-dom",
        page.as_uri(),
    ]
    process = subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=300
    )
    probe = re.search(r'<body[^>]* data-probe="([^"]*)"', process.stdout)
    assert probe, process.stderr[-3000:]
    console = "\n".join(
        line for line in process.stderr.splitlines() if "CONSOLE" in line
    )
    return json.loads(probe[1].replace("&quot;", '"')), process.stdout, console


@pytest.fixture(scope="module")
def report(finished, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    finished.run("--configfile", *SMALL, "--report", str(path))
    return path


def test_the_report_holds_every_figure_and_table_and_needs_nothing_else(report):
    text = report.read_text()
    for name in FIGURES:
        assert f"{name}.png" in text, name
    for name in TABLES:
        assert f"{name}.html" in text, name
    assert not re.search(r'<(script|link|img)[^>]+(src|href)="https?:', text)


@pytest.mark.skipif(BROWSER is None, reason="no Chromium or Chrome is installed")
def test_the_report_opens_offline_with_every_figure_and_table(report, tmp_path):
    probe, page, console = opened(report, tmp_path)
    assert probe["failures"] == []
    for name in FIGURES:
        assert probe["found"][f"{name}.png"] > 100, name
    for name in TABLES:
        assert probe["found"][f"{name}.html"] > 1000, name
    assert probe["found"]["overview.html"] > 100_000
    names = re.findall(r">(\d \w+)<", page)  # of the categories, as the menu sorts them
    assert names[:4] == ["1 Overview", "2 Tables", "3 Figures", "4 Claims"]
    assert probe["found"]["s18.html"] > 1000  # which plays the GIF
    assert "On GANs and GMMs, reproduced." in page.split('id="app"')[1]
    # The report's own style sheet says of itself that it is not for production, and its
    # script prints the captions that it shows.
    own = ("tailwindcss", '"<div class="document">')
    errors = [
        line for line in console.splitlines() if not any(word in line for word in own)
    ]
    assert errors == []


@pytest.mark.skipif(BROWSER is None, reason="no Chromium or Chrome is installed")
def test_the_probe_sees_a_broken_image_and_an_error(tmp_path):
    """The test above can fail: a page with one damaged image and one bad script."""
    report = tmp_path / "report.html"
    report.write_text(
        "<html><body><div id='app'></div><script>"
        "var app = {showCategory() {}, setView() {}, showResultInfo() {}};"
        "var categories = {}; var results = {a: {name: 'a.png', mime_type: 'image/png',"
        "data_uri: 'data:image/png;base64,AAAA'}};"
        "setTimeout(() => undefinedFunction(), 50);</script></body></html>"
    )
    probe, _, console = opened(report, tmp_path)
    assert probe["found"] == {}
    assert any("undefinedFunction" in failure for failure in probe["failures"])
    assert "damaged: a.png" in probe["failures"]
    assert "undefinedFunction" in console
