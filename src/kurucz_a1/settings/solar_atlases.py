"""Observed Suns of high resolution."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from kurucz_a1.checked import Section
from kurucz_a1.settings.types import Resolution

_File = Annotated[str, Field(min_length=1, description="path of the file, fetched or not")]
_Address = Annotated[str, Field(min_length=1, description="address that it is fetched from")]
_Algorithm = Annotated[Literal["md5", "sha256"], Field(description="kind of the checksum")]
_Digest = Annotated[str, Field(min_length=32, description="checksum of the file, hexadecimal")]
_Resolution = Annotated[Resolution, Field(description="resolving power, in place of `spectrum.resolution`")]


class AtlasSettings(Section):
    """An observed atlas of the Sun."""

    file: _File
    address: _Address
    algorithm: _Algorithm
    digest: _Digest
    resolution: _Resolution


class IagSettings(AtlasSettings):
    """The telluric-free IAG atlas, from 5001 A (Baker, Blake & Reiners 2020, ApJS 247, 24)."""

    section: ClassVar[str] = "solar_atlases.iag"

    file: _File = "resources/iag_telfree_solaratlas.fits"
    address: _Address = "https://zenodo.org/records/3598136/files/iag_telfree_solaratlas.fits?download=1"
    algorithm: _Algorithm = "md5"
    digest: _Digest = "1a47d929df32778f72cc4080ff1f95ec"
    resolution: _Resolution = 1000000


class HsrsSettings(AtlasSettings):
    """The TSIS-1 hybrid solar reference spectrum, 2020 to 27300 A (Coddington et al. 2023, ESS 10, e2022EA002637)."""

    section: ClassVar[str] = "solar_atlases.hsrs"

    file: _File = "resources/hybrid_reference_spectrum_p005nm.nc"
    address: _Address = (
        "https://lasp.colorado.edu/lisird/resources/lasp/hsrs/v2/"
        "hybrid_reference_spectrum_p005nm_resolution_c2022-11-30_with_unc.nc"
    )
    algorithm: _Algorithm = "sha256"
    digest: _Digest = "dd9f62fb9b39433631013ebf052429f4daddb2bd7e0d970a6d292be6026f3e20"
    resolution: _Resolution = 130000


class SolarAtlasesSettings(Section):
    """Observed solar spectra of high resolution.

    - `iag`: the telluric-free IAG atlas, from 5001 A (Baker, Blake & Reiners 2020, ApJS 247, 24)
    - `hsrs`: the TSIS-1 hybrid solar reference spectrum, 2020 to 27300 A (Coddington et al. 2023, ESS 10,
      e2022EA002637)

    The rules `fetch_iag_atlas` and `fetch_hsrs_atlas` fetch an atlas once, when `spectrum.observed` names it, and keep
    it only if its checksum is right. Without a network, put the file at the path `file`. The NSO's Kurucz atlas of 1984
    has no published checksums: fetch its segment (lm0640 holds 6400 to 6441 A) and name it in `spectrum.observed`.
    """

    section: ClassVar[str] = "solar_atlases"

    iag: IagSettings = IagSettings()
    hsrs: HsrsSettings = HsrsSettings()
