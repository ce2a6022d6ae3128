"""Files of the service, read in pieces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from wasmtime.component import ResourceAny

if TYPE_CHECKING:
    from .host import Connector

DOWNLOADS = "connector:plugin/downloads@0.1.0"
CHUNK_BYTES = 64 << 10


class Download:
    """A file of the service, read in pieces; iterating yields `bytes`. Leaving the `with` early is no error."""

    def __init__(self, connector: Connector, resource: ResourceAny) -> None:
        self._connector = connector
        self._resource: ResourceAny | None = resource

    @property
    def name(self) -> str:
        """As the service gives it, from a machine that may be hostile: never use it as a path."""
        return str(self._method("name"))

    @property
    def size(self) -> int | None:
        size: int | None = self._method("size")
        return size

    @property
    def sha256(self) -> str | None:
        """Of all that was read; `None` before the end."""
        digest: str | None = self._method("sha256")
        return digest

    def read(self, max_bytes: int = CHUNK_BYTES) -> bytes:
        """The next piece; empty at the end."""
        return bytes(self._method("read", max_bytes))

    def close(self) -> None:
        # Python's garbage collector frees the handle only, not what the component holds: that takes a drop.
        resource, self._resource = self._resource, None
        if resource is not None:
            self._connector._drop(resource)

    def __enter__(self) -> Download:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.read, b"")

    def _method(self, name: str, *arguments: Any) -> Any:
        if self._resource is None:
            raise ValueError("the download is closed")
        return self._connector._call(DOWNLOADS, f"[method]file.{name}", self._resource, *arguments)
