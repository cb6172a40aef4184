import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tileplan import supervisor

ROOT = Path(__file__).parents[2]


@pytest.fixture
def crew():
    """A function: start a supervisor over one kind of child; all are gone after the test."""
    started = []

    def start(*kinds):
        process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("crew.py")), *kinds],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def pid_of(process):
    """The process that a child has named on its first line, once it has."""
    word, pid = process.stdout.readline().split()
    assert word == "up"
    return int(pid)


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone_within(seconds, pids):
    return ended_within(seconds, len(pids), pids)


def ended_within(seconds, count, pids):
    """Whether exactly `count` of these processes have ended before the seconds have passed."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if sum(not is_alive(pid) for pid in pids) == count:
            return True
        time.sleep(0.05)
    return False


def children_of(pid):
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_leaves_nothing_alive_not_even_a_grandchild_in_its_own_session(crew, number):
    process = crew("parent")
    grandchild = pid_of(process)
    everybody = [grandchild, *children_of(process.pid)]
    assert len(everybody) == 2
    process.send_signal(number)
    assert process.wait(10) == 0
    assert gone_within(1, everybody)


def test_a_killed_supervisor_takes_its_children_along(crew):
    process = crew("parent")
    grandchild = pid_of(process)
    (child,) = children_of(process.pid)
    process.kill()
    assert gone_within(5, [child])
    os.kill(grandchild, signal.SIGKILL)


def test_a_child_that_dies_is_started_again(crew):
    process = crew("parent")
    pid_of(process)
    (child,) = children_of(process.pid)
    os.kill(child, signal.SIGKILL)
    pid_of(process)
    again = [pid for pid in children_of(process.pid) if pid != child]
    assert again
    process.terminate()
    assert process.wait(10) == 0


def test_a_vital_child_that_dies_again_and_again_ends_it_all_with_an_error(crew):
    process = crew("dying")
    out, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert out.count("up") == 5
    assert "dying ended 5 times within a minute; giving up" in err


def test_another_child_that_keeps_dying_is_started_ever_more_slowly_and_the_vital_one_lives(crew):
    process = crew("stubborn", "dying")
    ups = [(pid_of(process), time.monotonic()) for _ in range(6)]
    # At once, then after 1, 2 and 4 seconds; the vital one is among them, once.
    assert ups[-1][1] - ups[0][1] > 6
    assert ended_within(3, 5, [pid for pid, _ in ups])
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "dying ended 4 times in a row, now with code 3; starting it again in 4 s" in err
    assert "giving up" not in err
    assert gone_within(1, [pid for pid, _ in ups])


def test_the_pause_grows_to_a_minute_and_no_further():
    pauses = [supervisor._pause(deaths) for deaths in (1, 2, 3, 4, 7, 8, 9, 5000)]
    assert pauses == [0, 1, 2, 4, 32, 60, 60, 60]


def test_a_second_ctrl_c_does_not_wait_for_a_stubborn_child(crew):
    process = crew("stubborn")
    child = pid_of(process)
    process.send_signal(signal.SIGINT)
    time.sleep(0.6)
    assert is_alive(child)
    process.send_signal(signal.SIGINT)
    assert process.wait(5) == 0
    assert gone_within(1, [child])
