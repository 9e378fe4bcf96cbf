"""Fixtures that several rooms' tests share."""

from __future__ import annotations

import signal
import uuid
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.s3server import S3Server

if TYPE_CHECKING:
    from collections.abc import Iterator

_BUCKET = "kakehashi-tests"

# Time is measured in benchmarks/; a busy machine must not fail a property.
settings.register_profile("kakehashi", deadline=None)
settings.load_profile("kakehashi")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--prove`: the proofs in their long form (`make prove`); without it each runs in a short one."""
    parser.addoption("--prove", action="store_true", help="run the proofs in their long form")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is marked `long` belongs to `make prove` alone: a shorter test of its kind runs in CI."""
    if not config.getoption("--prove"):
        long = [item for item in items if item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


_USUAL = {
    signal.SIGINT: signal.default_int_handler,
    signal.SIGTERM: signal.SIG_DFL,
    signal.SIGHUP: signal.SIG_DFL,
}


@pytest.fixture(autouse=True)
def signals_as_usual() -> Iterator[None]:
    """Commands are started as from a shell, whatever ignored its signals here before: what is ignored is inherited.

    A service that runs the tests in the background may ignore SIGINT or SIGHUP, and a test of our own that was
    interrupted within this process leaves all of them ignored, as a command that is about to end does.
    """
    _set_usual_signals()
    yield
    _set_usual_signals()


def _set_usual_signals() -> None:
    for number, handler in _USUAL.items():
        signal.signal(number, handler)


@pytest.fixture(scope="session")
def proves(pytestconfig: pytest.Config) -> bool:
    """True when the long forms are asked for."""
    return bool(pytestconfig.getoption("--prove"))


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """A running S3 server with the bucket of `s3_store_url`; one for the whole session."""
    with S3Server() as server:
        server.make_bucket(_BUCKET)
        yield server


@pytest.fixture
def s3_store_url(s3_server: S3Server, monkeypatch: pytest.MonkeyPatch) -> str:
    """The location of an empty S3 store, with the environment that reaches it."""
    for name, value in s3_server.environ.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)
    return f"s3://{_BUCKET}/{uuid.uuid4().hex}"
