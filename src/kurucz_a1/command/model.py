"""Make the model atmosphere of a star, or of each star of a csv table, for the program that will use it.

The model comes from the emulator of the package, in seconds, or with --solve from its LTE solver. A table has a heading
with the names of the labels and one row a star. atlas12 and netcdf take all of its models in one file; in the other
forms each has a file of its own, named by its labels, in the folder that -o names. Stars without a model are named,
and cost only themselves.
"""

import argparse

from kurucz_a1.command.forms import add_form_options, form_of, say_all, takes_several, write_each, write_models
from kurucz_a1.command.messages import say
from kurucz_a1.command.models import add_source_options, models_of_stars
from kurucz_a1.command.output import STDOUT, add_output_option, check_outputs
from kurucz_a1.command.stars import Star, add_label_options, given_labels, missing_labels, read_stars

SUMMARY = "a model atmosphere for labels, in the form of your program"
EXAMPLES = """
kurucz-a1 model --teff 5777 --logg 4.44 --format moog -o sun.mod
kurucz-a1 model --teff 4800 --logg 2.5 --feh -1.5 --afe 0.4 -o giant.nc
kurucz-a1 model stars.csv --format turbospectrum -o models
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser."""
    parser.add_argument("table", nargs="?", metavar="STARS.csv", help="table of labels, for many stars")
    add_label_options(parser, "labels of the star, or of all stars of the table")
    add_source_options(parser)
    add_form_options(parser)
    add_output_option(parser, "file to write, a folder for several files; - or left out: stdout")


def run(options: argparse.Namespace) -> int:
    """Write the models; 1 where a star has none."""
    given, form = given_labels(options), form_of(options)
    check_outputs([options.output], [options.table] if options.table else [])
    apart = options.table is not None and not takes_several(form)
    if apart and options.output == STDOUT:
        options.usage(f"{form} takes one model a file; name a folder with -o")
    missing = missing_labels(given)
    if options.table is None and missing:
        options.usage(f"give {' and '.join(f'--{name}' for name in missing)}, or a table of stars")
    stars = [Star("", given)]
    if options.table is not None:
        stars, unused = read_stars(options.table, given)
        if unused:
            say(f"{options.table}: no label, and not used: {', '.join(unused)}")
    found = models_of_stars(stars, options)
    models = [model for model in found if not isinstance(model, str)]
    for model in models:
        if model.caution:
            say(f"{model.name}: {model.caution}")
    complaints = [
        f"{star.where}: {model}" if star.where else model
        for star, model in zip(stars, found, strict=True)
        if isinstance(model, str)
    ]
    if apart:
        complaints += write_each(models, form, options.output, options.title)
    elif models:
        write_models(models, form, options.output, options.title)
    return say_all(complaints)
