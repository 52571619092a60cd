"""A published corpus of models."""

from typing import ClassVar

from pydantic import Field

from kurucz_a1.checked import Section
from kurucz_a1.settings.types import Text


class CorpusSettings(Section):
    """Published models, for the source corpus.

    The five-label corpus of Payne Zero, release v1.3 (BSD-3-Clause), holds 52,199 models of ATLAS-12 physics with
    microturbulences from 0.5 to 4 km/s. The rule `fetch_corpus` fetches it. Without a network, put the file named by
    `member` at the path `file`.
    """

    section: ClassVar[str] = "corpus"

    file: Text = Field(default="resources/payne_zero_five_label.npz", description="path of the file, fetched or not")
    address: Text = Field(
        default="https://github.com/tingyuansen/payne-zero/releases/download/v1.3/payne-zero-v1.3-atmosphere-training-corpora.tar.gz",
        description="address of the tar archive",
    )
    member: Text = Field(
        default="five_label/strict_truth_52199.npz", description="the file in that archive; nothing else is kept"
    )
    bytes: int = Field(default=199485286, ge=1, description="size of the file (bytes)")
    sha256: str = Field(
        default="092cf3c4a0c6075c2dde05803bec62b1d0eb6ec36d5794fe400870c505b44284",
        min_length=64,
        description="SHA-256 checksum of the file",
    )
    batch: int = Field(default=5000, ge=1, description="models per job, in place of `grid.batch`")
