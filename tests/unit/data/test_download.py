"""Raw files: every way they come, and every way they fail."""

import hashlib
import http.server
import os
import subprocess
import threading

import pytest

from gansgmms.data import download as retrieval
from gansgmms.data.download import retrieve
from gansgmms.errors import InputError

CONTENT = os.urandom(300_000)


def describe(content=CONTENT, **more):
    sha256 = hashlib.sha256(content).hexdigest()
    return {"name": "raw.bin", "bytes": len(content), "sha256": sha256, **more}


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves /whole; /half breaks off; /once breaks off once; else 404."""

    def do_GET(self):
        self.server.asked.append(self.path)
        whole = self.path in ("/whole", "/once") and self.server.asked != ["/once"]
        if self.path not in ("/whole", "/half", "/once", "/other"):
            return self.send_error(404)
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        if "gzip" in self.headers["Accept-Encoding"]:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        if self.path == "/other":
            self.wfile.write(bytes(len(CONTENT)))
        else:
            self.wfile.write(CONTENT if whole else CONTENT[: len(CONTENT) // 2])

    def log_message(self, *args):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(retrieval, "WAIT", 0)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.asked = []
        server.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def place(tmp_path):
    """Where things lie, and `get`, which retrieves into data/set/raw.bin."""

    class Place:
        mirror, brought = tmp_path / "mirror", tmp_path / "data" / "brought"
        destination = tmp_path / "data" / "set" / "raw.bin"

        def put(self, base, content=CONTENT):
            (base / "set").mkdir(parents=True)
            (base / "set" / "raw.bin").write_bytes(content)

        def get(self, file, mirror=None):
            retrieve(file, self.destination, "set", self.brought, mirror)

        def left(self):
            folder = self.destination.parent
            return sorted(p.name for p in folder.iterdir()) if folder.exists() else []

    return Place()


def test_mirror_comes_before_brought_and_network(place, server):
    place.put(place.mirror)
    place.put(place.brought, b"not looked at")
    place.get(describe(urls=[f"{server.url}/whole"]), place.mirror)
    assert place.destination.read_bytes() == CONTENT
    assert place.left() == ["raw.bin"] and server.asked == []


def test_brought_comes_before_network(place, server):
    place.mirror.mkdir()
    place.put(place.brought)
    place.get(describe(urls=[f"{server.url}/whole"]), place.mirror)
    assert place.destination.read_bytes() == CONTENT and server.asked == []


def test_good_destination_is_kept_and_bad_one_replaced(place, server):
    file = describe(urls=[f"{server.url}/whole"])
    place.destination.parent.mkdir(parents=True)
    place.destination.write_bytes(CONTENT)
    place.get(file)
    assert server.asked == []
    place.destination.write_bytes(CONTENT[:-1])
    place.get(file)
    assert place.destination.read_bytes() == CONTENT and server.asked == ["/whole"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (CONTENT[:1000], "1000 bytes (truncated); needed 300000 bytes"),
        (CONTENT + b"x", "300001 bytes; needed 300000 bytes"),
        (bytes(len(CONTENT)), "SHA-256"),
    ],
)
def test_bad_file_in_mirror_is_named_and_not_taken(place, content, message):
    place.put(place.mirror, content)
    with pytest.raises(InputError) as error:
        place.get(describe(), place.mirror)
    assert message in str(error.value)
    assert str(place.mirror / "set" / "raw.bin") in str(error.value)
    assert place.left() == []


def test_missing_mirror_is_an_error(place, server):
    with pytest.raises(InputError, match="mirror .*no such folder"):
        place.get(describe(urls=[f"{server.url}/whole"]), place.mirror)
    assert server.asked == []


def test_second_address_after_404(place, server):
    place.get(describe(urls=[f"{server.url}/gone", f"{server.url}/whole"]))
    assert place.destination.read_bytes() == CONTENT
    assert server.asked == ["/gone", "/whole"]


def test_second_address_after_wrong_bytes(place, server):
    place.get(describe(urls=[f"{server.url}/other", f"{server.url}/whole"]))
    assert place.destination.read_bytes() == CONTENT
    assert server.asked == ["/other", "/whole"]


def test_broken_connection_is_tried_again(place, server):
    place.get(describe(urls=[f"{server.url}/once"]))
    assert place.destination.read_bytes() == CONTENT
    assert server.asked == ["/once", "/once"]


def test_between_two_attempts_it_waits_and_before_the_next_address_not(
    place, server, monkeypatch
):
    order = []
    monkeypatch.setattr(retrieval, "WAIT", 17)
    monkeypatch.setattr(
        retrieval.time, "sleep", lambda s: order.append((s, len(server.asked)))
    )
    addresses = [f"{server.url}/{name}" for name in ("half", "gone", "whole")]
    place.get(describe(urls=addresses))
    # After each attempt but the last; "gone" was answered, and asking again is no use.
    assert order == [(17, n) for n in range(1, retrieval.ATTEMPTS)]
    assert server.asked == ["/half"] * retrieval.ATTEMPTS + ["/gone", "/whole"]


@pytest.mark.parametrize(
    ("address", "message", "requests"),
    [("half", "150000", retrieval.ATTEMPTS), ("gone", "404", 1), ("other", "SHA", 1)],
)
def test_failed_download_leaves_nothing(place, server, address, message, requests):
    with pytest.raises(InputError, match=message) as error:
        place.get(describe(urls=[f"{server.url}/{address}"]))
    assert str(place.brought / "set" / "raw.bin") in str(error.value)
    assert place.left() == [] and len(server.asked) == requests


def test_no_network(place, server):
    server.server_close()
    with pytest.raises(InputError, match="check the network"):
        place.get(describe(urls=[f"{server.url}/whole"]))
    assert place.left() == []


def test_file_that_must_be_brought(place):
    with pytest.raises(InputError, match="raw.bin from the page") as error:
        place.get(describe(bring="raw.bin from the page"))
    assert str(place.brought / "set" / "raw.bin") in str(error.value)


def test_full_disk(place, tmp_path):
    small = tmp_path / "data"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(small)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False).returncode:
        pytest.skip("only root can mount the small disk that this test fills")
    try:
        place.put(place.mirror)
        with pytest.raises(InputError, match="full disk; needed 300000 bytes") as error:
            place.get(describe(), place.mirror)
        assert str(place.destination) in str(error.value)
        assert place.left() == []
    finally:
        subprocess.run(["umount", str(small)], check=True)
