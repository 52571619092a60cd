"""Files that appear whole or not at all: the names under which the stages from here on import them."""

from kurucz_a1.files import atomic_path, write_text

__all__ = ["atomic_path", "write_text"]
