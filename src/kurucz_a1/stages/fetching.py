"""Published files from their public addresses."""

from pathlib import Path

from kurucz_a1.fetch import fetch, fetch_member
from kurucz_a1.settings import CorpusSettings


def checked_file(*, file: Path, address: str, digest: str, algorithm: str) -> None:
    """Fetch ``address`` to ``file`` and keep it only if its ``digest`` by ``algorithm`` (md5 or sha256) is right."""
    print(f"fetching {address}", flush=True)
    count = fetch(address, file, digest, algorithm)
    print(f"{count / 1e6:.0f} MB, checksum as expected")


def corpus(*, file: Path, corpus: CorpusSettings) -> None:
    """Fetch a published corpus of models to ``file`` and keep it only if its size and checksum are right."""
    print(f"fetching {corpus.address}", flush=True)
    count = fetch_member(corpus.address, corpus.member, file, size=corpus.bytes, sha256=corpus.sha256)
    print(f"{count / 1e6:.0f} MB, checksum as expected")
