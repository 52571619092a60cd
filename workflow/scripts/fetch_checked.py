"""A published file from its public address, kept only if its checksum is right."""

from stage import stage

with stage(snakemake):
    from kurucz_a1.fetch import fetch

    source = snakemake.params.source
    print(f"fetching {source['address']}", flush=True)
    count = fetch(source["address"], snakemake.output[0], source["digest"], source["algorithm"])
    print(f"{count / 1e6:.0f} MB, checksum as expected")
