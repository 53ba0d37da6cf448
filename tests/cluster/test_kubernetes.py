"""The Kubernetes profile against a server that answers as Kubernetes does.

No cluster: the server runs each pod's command in an empty folder, which is all that a
pod has, and a folder stands for the bucket. What is real is what Snakemake asks for.
"""

import http.server
import json
import os
import subprocess
import threading
from pathlib import Path

import pytest

from gansgmms.io.weights import read_meta

from .conftest import CONFIG, Run, model_file

pytest.importorskip("snakemake_executor_plugin_kubernetes")
pytest.importorskip("snakemake_storage_plugin_fs")

ACCESS = """\
apiVersion: v1
kind: Config
current-context: here
contexts: [{{name: here, context: {{cluster: here, user: me}}}}]
clusters: [{{name: here, cluster: {{server: "http://127.0.0.1:{port}"}}}}]
users: [{{name: me, user: {{token: none}}}}]
"""


class Kubernetes(http.server.ThreadingHTTPServer):
    """The few answers that Snakemake's plugin asks for; `jobs` are those submitted."""

    def __init__(self, folder: Path):
        super().__init__(("127.0.0.1", 0), Answers)
        self.folder, self.jobs, self.pods = folder, {}, {}
        # Pods install the storage plugin before all else; here it is there.
        (folder / "bin").mkdir()
        pip = folder / "bin/pip"
        pip.write_text("#!/bin/sh\nexit 0\n")
        pip.chmod(0o755)

    def submit(self, job: dict) -> None:
        name = job["metadata"]["name"]
        container = job["spec"]["template"]["spec"]["containers"][0]
        workdir = self.folder / name
        workdir.mkdir()
        path = f"{self.folder}/bin:{os.environ['PATH']}"
        with open(self.folder / f"{name}.log", "wb") as log:
            self.pods[name] = subprocess.Popen(
                [*container["command"], *container["args"]],
                cwd=workdir,
                env=os.environ | {"PATH": path},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.jobs[name] = job

    def status(self, name: str) -> dict:
        ended = self.pods[name].poll()
        return {} if ended is None else {"failed" if ended else "succeeded": 1}


class Answers(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path.endswith("/jobs"):
            self.server.submit(body)
        self.answer(body)

    def do_GET(self):
        if self.path.endswith("/status"):
            name = self.path.split("/")[-2]
            job = self.server.jobs[name]
            self.answer(job | {"status": self.server.status(name)})
        else:
            self.answer({"items": []})

    def do_DELETE(self):
        self.answer({})

    def answer(self, content: dict) -> None:
        data = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *words):
        pass


@pytest.fixture
def kubernetes(tmp_path, monkeypatch):
    folder = tmp_path / "pods"
    folder.mkdir()
    server = Kubernetes(folder)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    config = tmp_path / "kubeconfig"
    config.write_text(ACCESS.format(port=server.server_port))
    monkeypatch.setenv("KUBECONFIG", str(config))
    monkeypatch.setenv("SNAKEMAKE_STORAGE_S3_ACCESS_KEY", "none")
    monkeypatch.setenv("SNAKEMAKE_STORAGE_S3_SECRET_KEY", "none")
    yield server
    server.shutdown()
    for pod in server.pods.values():
        pod.kill()
        pod.wait()


def test_pods_ask_for_a_gpu_and_their_results_come_back(kubernetes, tmp_path):
    bucket = tmp_path / "bucket"
    bucket.mkdir()
    run = Run(
        tmp_path / "run", "--profile", "profiles/kubernetes",
        "--default-storage-provider", "fs", "--default-storage-prefix", str(bucket),
        "--seconds-between-status-checks=1", "--retries=0", "--configfile", *CONFIG,
        "--", model_file("mfa"),
    )  # fmt: skip
    try:
        run.wait()
    finally:
        run.stop()
        for log in kubernetes.folder.glob("*.log"):
            print(log.read_text()[-3000:])
    (model,) = bucket.rglob("model.safetensors")
    assert read_meta(model, "model")["architecture"] == "mfa"
    asked = [
        job["spec"]["template"]["spec"]["containers"][0]["resources"]
        for job in kubernetes.jobs.values()
    ]
    prepare, train = sorted(asked, key=lambda a: "nvidia.com/gpu" in a["limits"])
    assert "nvidia.com/gpu" not in prepare["requests"]
    assert (
        train["limits"]["nvidia.com/gpu"] == train["requests"]["nvidia.com/gpu"] == "1"
    )
    # With what images and the mixture take, which is below a megabyte.
    assert train["limits"]["memory"] == "6001M"
