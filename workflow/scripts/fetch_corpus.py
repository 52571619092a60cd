"""A published corpus of models from its public address, kept only if size and checksum are right."""

from stage import stage

with stage(snakemake):
    from kurucz_a1.fetch import fetch_member

    corpus = snakemake.params.corpus
    print(f"fetching {corpus['address']}", flush=True)
    count = fetch_member(
        corpus["address"], corpus["member"], snakemake.output.corpus, size=corpus["bytes"], sha256=corpus["sha256"]
    )
    print(f"{count / 1e6:.0f} MB, checksum as expected")
