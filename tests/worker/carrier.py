"""Run by the tests in processes of their own: put or take messages on a folder broker."""

import sys
import time
from pathlib import Path
from queue import Empty

from kombu import Connection
from kombu.utils.json import dumps

from tileplan import broker


class InPlace(broker.Channel):
    """The twin that is broken on purpose: it writes where readers look, as kombu's own does."""

    def _replace(self, path: Path, content: str) -> None:
        if path.suffix != ".msg":
            super()._replace(path, content)
            return
        with path.open("w") as file:
            time.sleep(0.002)
            file.write(content)


def main() -> None:
    what, folder, name, count = sys.argv[1:5]
    if "broken" in sys.argv:
        broker.Transport.Channel = InPlace
    options = {"folder": broker._prepared(Path(folder)), "polling_interval": 0.01}
    with Connection("safefs://", transport_options=options) as connection:
        queue = connection.SimpleQueue("tests", serializer="json")
        print("ready", flush=True)
        if what == "put":
            for number in range(int(count)):
                queue.put(f"{name}-{number}")
            return
        seen = []
        while True:
            is_last_look = (Path(folder) / "all-put").exists()
            try:
                message = queue.get_nowait()
            except Empty:
                if is_last_look:
                    break
                time.sleep(0.005)
                continue
            seen.append(message.payload)
            message.ack()
        print(dumps(seen))


main()
