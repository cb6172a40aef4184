import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from kombu import Connection
from kombu.exceptions import ChannelError, OperationalError

from tileplan import broker
from tileplan.config import BadSettings, Config
from tileplan.kernel import jobs

CARRIER = Path(__file__).with_name("carrier.py")
ROOT = Path(__file__).parents[2]
# Sorts before every message.
FIRST = "00000000000000000000_a.tests.msg"


def start(*arguments):
    return subprocess.Popen(
        [sys.executable, str(CARRIER), *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def carried(folder, *, each, broken=()):
    """Let 3 processes put and 3 take at the same time; returns all that was taken."""
    takers = [start("take", folder, n, "all", *broken) for n in range(3)]
    for taker in takers:
        assert taker.stdout.readline() == "ready\n"
    putters = [start("put", folder, n, each, *broken) for n in range(3)]
    for putter in putters:
        putter.communicate(timeout=60)
        assert putter.returncode == 0
    (folder / "all-put").touch()
    taken = [taker.communicate(timeout=60)[0] for taker in takers]
    return [message for out in taken for message in json.loads(out)]


def test_of_1600_messages_between_six_processes_none_is_lost_or_doubled(tmp_path):
    messages = carried(tmp_path, each=534)
    assert len(messages) == 3 * 534
    assert len(set(messages)) == 3 * 534
    assert list((tmp_path / "corrupt").iterdir()) == []


def test_the_twin_that_writes_in_place_loses_messages(tmp_path):
    messages = carried(tmp_path, each=100, broken=["broken"])
    assert len(messages) < 300
    assert list((tmp_path / "corrupt").iterdir())


@pytest.fixture
def queue(tmp_path):
    options = {"folder": broker._prepared(tmp_path), "polling_interval": 0.01}
    with Connection("safefs://", transport_options=options) as connection:
        yield connection.SimpleQueue("tests", serializer="json")


def envelope(**changed):
    """A message that is whole but for its routing key and for what is changed."""
    properties = {"delivery_tag": "1", "delivery_info": {"exchange": "tests"}}
    if changed:
        properties["delivery_info"]["routing_key"] = "tests"
    whole = {"body": '"x"', "content-type": "application/json", "headers": {}}
    return json.dumps({**whole, "properties": properties, **changed}).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe",
        b"{",
        b"[]",
        b"7",
        b"null",
        b'{"body": "x"}',
        b'{"body": "*", "headers": {}, "properties": {"delivery_tag": "1", '
        b'"delivery_info": {}, "body_encoding": "base64"}}',
        b"[" * 100_000,
        envelope(),
        envelope(properties=None),
        envelope(headers=None),
        envelope(body="{"),
        envelope(**{"content-type": "application/x-python-serialize"}),
        envelope(headers={"task": "planning.solve"}, body="[[], {}, {}]"),
        envelope(headers={"task": "planning.solve", "id": "1"}, body="[7, 7, 7]"),
    ],
)
def test_a_broken_file_is_moved_aside_and_the_next_message_comes(queue, tmp_path, content):
    (tmp_path / "queue" / FIRST).write_bytes(content)
    queue.put("whole")
    assert queue.get(timeout=2).payload == "whole"
    assert [path.name for path in (tmp_path / "corrupt").iterdir()] == [FIRST]


def test_the_envelope_of_these_tests_is_taken_when_nothing_is_wrong_with_it(queue, tmp_path):
    (tmp_path / "queue" / FIRST).write_bytes(envelope(body='"whole"'))
    assert queue.get(timeout=2).payload == "whole"


def make_folder(path):
    path.mkdir()
    (path / "inside").touch()


@pytest.mark.parametrize("make", [make_folder, os.mkfifo, lambda path: path.symlink_to("nowhere")])
def test_what_is_no_file_but_is_called_a_message_is_moved_aside(queue, tmp_path, make):
    for _ in range(2):  # the second finds its name taken
        make(tmp_path / "queue" / FIRST)
        queue.put("whole")
        assert queue.get(timeout=2).payload == "whole"
    assert len(list((tmp_path / "corrupt").iterdir())) == 2
    assert list((tmp_path / "taken").iterdir()) == []


@pytest.mark.parametrize("content", ["", "{", "7", "[7]", '[["a"]]', "[[1, 2, 3]]", "\0"])
def test_a_broken_table_is_made_anew_by_a_sender_and_by_one_who_starts(queue, tmp_path, content):
    queue.put("first")
    (table,) = (tmp_path / "control").glob("*.exchange")
    whole = table.read_text()
    table.write_text(content)
    queue.put("second")
    assert table.read_text() == whole
    table.write_text(content)
    with Connection("safefs://", transport_options={"folder": str(tmp_path)}) as other:
        other.SimpleQueue("tests", serializer="json").put("third")
    assert table.read_text() == whole
    table.unlink()
    make_folder(table)
    queue.put("fourth")
    assert table.read_text() == whole
    taken = [queue.get(timeout=2).payload for _ in range(4)]
    assert taken == ["first", "second", "third", "fourth"]


def test_a_file_in_the_folders_place_is_one_clear_line_and_the_bell_can_still_be_made(tmp_path):
    (tmp_path / "broker").write_text("in the way")
    config = Config(
        data_dir=tmp_path,
        database_url="sqlite://",
        broker_url=f"safefs://{tmp_path}/broker",
        secret_key="a secret of at least thirty-two letters",
    )
    with pytest.raises(BadSettings, match=r"needs .*broker to be a folder"):
        broker.connect(config)
    broker.make_bell(config)
    try:
        with pytest.raises((OperationalError, ChannelError, OSError)):
            jobs._doorbell.ring("planning.solve", {"job_id": 1})
    finally:
        jobs.set_bell(None)


def test_a_file_that_is_being_written_is_left_alone(queue, tmp_path):
    beside = tmp_path / "control" / "abc.tmp"
    beside.write_text('{"half')
    queue.put("whole")
    assert queue.get(timeout=2).payload == "whole"
    assert beside.exists()


def test_a_message_that_cannot_be_written_leaves_nothing_behind(queue, tmp_path):
    queue.put("first")
    (tmp_path / "queue").rename(tmp_path / "kept")
    (tmp_path / "queue").write_text("a file where the folder should be")
    with pytest.raises((ChannelError, OperationalError, OSError)):
        queue.put("second")
    assert list((tmp_path / "control").glob("*.tmp")) == []
    (tmp_path / "queue").unlink()
    (tmp_path / "kept").rename(tmp_path / "queue")
    assert queue.get(timeout=2).payload == "first"


def test_a_folder_that_was_wiped_is_made_anew(queue, tmp_path):
    queue.put("lost")
    shutil.rmtree(tmp_path)
    with pytest.raises(queue.Empty):
        queue.get(timeout=0.1)
    shutil.rmtree(tmp_path)
    with Connection("safefs://", transport_options={"folder": str(tmp_path)}) as other:
        other.SimpleQueue("tests", serializer="json").put("found")
    assert queue.get(timeout=2).payload == "found"


def test_the_folder_is_for_its_owner_only(queue, tmp_path):
    for part in ("queue", "taken", "corrupt", "control"):
        assert (tmp_path / part).stat().st_mode & 0o077 == 0


def rung(url, tmp_path):
    """Ring at a broker; returns the seconds that it took to fail."""
    secret = "a secret of at least thirty-two letters"
    broker.make_bell(
        Config(data_dir=tmp_path, database_url="sqlite://", broker_url=url, secret_key=secret)
    )
    begun = time.monotonic()
    with pytest.raises((OperationalError, OSError)):
        jobs._doorbell.ring("planning.solve", {"job_id": 1})
    return time.monotonic() - begun


@pytest.fixture
def deaf():
    """The port of a server that takes connections and never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]
    jobs.set_bell(None)


@pytest.mark.parametrize("scheme", ["redis", "amqp"])
def test_a_dead_or_deaf_broker_holds_nobody_up(scheme, deaf, tmp_path):
    assert rung(f"{scheme}://127.0.0.1:1//", tmp_path) < 1
    assert rung(f"{scheme}://127.0.0.1:{deaf}//", tmp_path) < 3
    begun = time.monotonic()
    with pytest.raises(ConnectionError, match="a moment ago"):
        jobs._doorbell.ring("planning.solve", {"job_id": 1})
    assert time.monotonic() - begun < 0.1
