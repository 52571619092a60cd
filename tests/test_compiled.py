"""Compiled code is kept for the next process, where the user wants it to be."""

import os
import subprocess
import sys

import pytest


@pytest.fixture
def folder_of(tmp_path):
    """A function that tells JAX's folder of compiled code in a new process with some environment variables."""

    def tell(more="", **variables):
        given = {
            name: value for name, value in os.environ.items() if not name.startswith(("JAX_", "KURUCZ_A1_", "XDG_"))
        }
        program = f"import kurucz_a1, jax\n{more}\nprint(jax.config.jax_compilation_cache_dir)"
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=given | {"HOME": str(tmp_path)} | variables,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.splitlines()[-1]

    return tell


def test_it_is_kept_in_the_users_folder_of_caches_by_processor_and_version(folder_of, tmp_path):
    from importlib.metadata import version

    folder = folder_of()
    assert folder.startswith(f"{tmp_path}/.cache/kurucz_a1/compiled/")
    assert folder.endswith(version("jaxlib"))


def test_the_user_may_choose_the_folder_or_none(folder_of, tmp_path):
    assert folder_of(KURUCZ_A1_COMPILED=f"{tmp_path}/mine").startswith(f"{tmp_path}/mine/")
    assert folder_of(KURUCZ_A1_COMPILED="off") == "None"
    assert folder_of(JAX_COMPILATION_CACHE_DIR=f"{tmp_path}/of_jax") == f"{tmp_path}/of_jax"


def test_the_next_process_finds_what_the_last_compiled(folder_of, tmp_path):
    """Least seconds 0: also a function that is compiled at once is kept."""
    compiling = "jax.jit(lambda x: jax.numpy.sin(x) + 1)(2.0).block_until_ready()"
    folders = [folder_of(compiling, JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS="0") for _ in range(2)]
    assert folders[0] == folders[1]
    kept = [name for name in os.listdir(folders[0]) if "lambda" in name and name.endswith("-cache")]
    assert len(kept) == 1
