"""Kurucz's list of atomic lines from its public address, kept only if its checksum is right."""

from stage import stage

with stage(snakemake):
    from kurucz_a1.fetch import fetch

    params = snakemake.params
    print(f"fetching {params.address}", flush=True)
    count = fetch(params.address, snakemake.output.gfall, params.md5)
    print(f"{count / 1e6:.0f} MB, checksum as expected")
