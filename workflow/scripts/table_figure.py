"""One figure of a page of docs: a table in, a PDF and a PNG out."""

from stage import stage

with stage(snakemake):
    import pandas

    from kurucz_a1.figures import draw, save_figure

    figure = draw(snakemake.wildcards.figure, table=pandas.read_csv(snakemake.input[0]))
    save_figure(figure, snakemake.output.pdf, snakemake.output.png)
