"""What boto3 and botocore raise -> the room's own errors, each with what was expected.

With `archive.s3` the only importer of botocore.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    FlexibleChecksumError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    PartialCredentialsError,
)
from botocore.exceptions import ConnectionError as NoConnectionError

from archive.errors import ArchiveError, BlobNotFound, ChecksumMismatch, StoreNotUsable

BROKEN_STREAM = (HTTPClientError, IncompleteReadError)
LOST_RACE = {"PreconditionFailed", "ConditionalRequestConflict"}
_NO_BLOB = {"NoSuchKey", "NotFound", "404"}
_BAD_CHECKSUM = {"BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch"}
_BAD_CREDENTIALS = {"ExpiredToken", "InvalidToken", "AuthorizationHeaderMalformed"}
_CREDENTIALS_EXPECTED = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of a user of this bucket were expected"
_CHECKSUMS = re.compile(r"checksum:? (\S+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked of whom; `key` is None where the question was about the whole store."""

    store: str
    bucket: str
    endpoint: str
    key: str | None


def to_archive_error(error: Exception, asked: Asked) -> ArchiveError:
    """The error of this room for one of boto3 or botocore."""
    if not isinstance(error, ClientError | BotoCoreError):  # a transfer wraps what happened, without `from`
        cause = error.__context__
        error = cause if isinstance(cause, ClientError | BotoCoreError) else error
    if isinstance(error, ClientError):
        return _refusal(error, asked)
    if isinstance(error, FlexibleChecksumError):
        expected, computed = [*_CHECKSUMS.findall(str(error)), "unknown", "unknown"][:2]
        return ChecksumMismatch(asked.key or asked.store, "checksum", expected, computed)
    if isinstance(error, NoCredentialsError | PartialCredentialsError | CredentialRetrievalError):
        return StoreNotUsable(asked.store, f"no credentials; {_CREDENTIALS_EXPECTED}")
    if isinstance(error, NoConnectionError | HTTPClientError):
        problem = f"no answer from {asked.endpoint} ({type(error).__name__}); a running S3 server was expected"
        return StoreNotUsable(asked.store, problem)
    return StoreNotUsable(asked.store, str(error))


def _refusal(error: ClientError, asked: Asked) -> ArchiveError:
    code = code_of(error)
    if code in _NO_BLOB and asked.key is not None:
        return BlobNotFound(asked.key)
    if code in _NO_BLOB or code == "NoSuchBucket":
        return StoreNotUsable(asked.store, f"bucket {asked.bucket} does not exist; an existing one was expected")
    if code in _BAD_CHECKSUM:
        return ChecksumMismatch(asked.key or asked.store, "sha256", "that of the bytes sent", None)
    if error.response["ResponseMetadata"]["HTTPStatusCode"] in {401, 403} or code in _BAD_CREDENTIALS:
        return StoreNotUsable(asked.store, f"the credentials are refused ({code}); {_CREDENTIALS_EXPECTED}")
    return StoreNotUsable(asked.store, f"the server answered {code}: {error.response['Error'].get('Message', '')}")


def code_of(error: ClientError) -> str:
    """The server's own word for what was wrong."""
    code: str = error.response.get("Error", {}).get("Code", "unknown")
    return code
