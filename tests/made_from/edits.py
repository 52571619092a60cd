"""Edits of a package, and what they change."""

from pathlib import Path

from kurucz_a1.made_from import Package


def digests(folder: Path, places: dict[str, str]) -> dict[str, str]:
    """Digests of the package in ``folder`` as it is now; places: names for ``made_from``, with spaces between."""
    package = Package(folder)
    return {name: package.digest(*place.split()) for name, place in places.items()}


def changed_by(folder: Path, places: dict[str, str], file: str, old: str, new: str) -> set[str]:
    """The places whose digest an edit of a file changes; the edit is taken back."""
    path = folder / file
    content, before = path.read_bytes(), digests(folder, places)
    assert old.encode() in content
    path.write_bytes(content.replace(old.encode(), new.encode(), 1))
    after = digests(folder, places)
    path.write_bytes(content)
    return {name for name in places if after[name] != before[name]}
