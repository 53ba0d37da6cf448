"""A server that goes on sending is stopped at the size that the registry says."""

import hashlib
import http.server
import threading

import pytest

from gansgmms.data import download
from gansgmms.errors import InputError

CONTENT = b"x" * 100


class Endless(http.server.BaseHTTPRequestHandler):
    """Sends without a length, until the other side hangs up or 50 MB are sent."""

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        try:
            for _ in range(50):
                self.wfile.write(bytes(2**20))
                self.server.sent += 2**20
        except OSError:
            pass

    def log_message(self, *args):
        pass


def test_more_than_the_registry_says_is_not_fetched(tmp_path, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endless) as server:
        server.sent = 0
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        file = {
            "name": "raw.bin",
            "bytes": len(CONTENT),
            "sha256": hashlib.sha256(CONTENT).hexdigest(),
            "urls": [f"http://127.0.0.1:{server.server_port}/x"],
        }
        try:
            with pytest.raises(InputError, match="more than 100 bytes"):
                download.retrieve(file, tmp_path / "raw.bin", "set", tmp_path / "b")
        finally:
            server.shutdown()
    assert server.sent < 40 * 2**20
    assert not (tmp_path / "raw.bin").exists()


def test_home_is_expanded(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mirror/set").mkdir(parents=True)
    (tmp_path / "mirror/set/raw.bin").write_bytes(CONTENT)
    file = {
        "name": "raw.bin",
        "bytes": len(CONTENT),
        "sha256": hashlib.sha256(CONTENT).hexdigest(),
    }
    download.retrieve(file, "~/data/raw.bin", "set", "~/brought", "~/mirror")
    assert (tmp_path / "data/raw.bin").read_bytes() == CONTENT
    assert not (tmp_path / "~").exists()
