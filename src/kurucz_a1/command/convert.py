"""Write all models of a file in another form, and say what of them the form does not hold.

The file is a deck or several, in any form that is read, or netCDF; its form is told from its content. The forms of
the ATLAS programs and netcdf take all models in one file; in the other forms several models have a file each, named by
their labels, in the folder that -o names. Labels that a deck does not state can be given.
"""

import argparse
import warnings
from collections import Counter
from typing import TYPE_CHECKING

from kurucz_a1.command.forms import NETCDF, add_form_options, form_of, say_all, takes_several, write_each, write_models
from kurucz_a1.command.messages import say
from kurucz_a1.command.models import read_models
from kurucz_a1.command.output import STDOUT, add_output_option, check_outputs
from kurucz_a1.command.stars import add_label_options, given_labels

if TYPE_CHECKING:
    from kurucz_a1.atmosphere import Atmosphere

SUMMARY = "models of one form into another"
EXAMPLES = """
kurucz-a1 model --teff 5777 --logg 4.44 -o sun.atm
kurucz-a1 convert sun.atm --format moog -o sun.mod
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser."""
    parser.add_argument("file", metavar="FILE", help="file of one or several models: decks, or netCDF")
    add_label_options(parser, "labels of all models, in place of what the file states")
    add_form_options(parser)
    add_output_option(parser, "file to write, a folder for several files; - or left out: stdout")


def run(options: argparse.Namespace) -> int:
    """Write the models; 1 where one could not be read or written."""
    form = form_of(options)
    check_outputs([options.output], [options.file])
    complaints: list[str] = []
    # a model that cannot be read is named by a warning, and costs only itself
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        models = list(read_models(options.file, given_labels(options)))
    complaints += [str(warning.message) for warning in warned]
    if len(models) == 1 or takes_several(form):
        write_models(models, form, options.output, options.title)
    elif options.output == STDOUT:
        options.usage(f"{options.file} holds {len(models)} models, and {form} takes one a file; name a folder with -o")
    else:
        complaints += write_each(models, form, options.output, options.title)
    losses = Counter(loss for model in models for loss in losses_of(model, form))
    if losses:
        said = [
            what if len(models) == 1 else f"{what} ({count} of {len(models)} models)" for what, count in losses.items()
        ]
        say(f"{options.file}: not written: {'; '.join(said)}")
    return say_all(complaints)


def losses_of(model: "Atmosphere", form: str) -> list[str]:
    """What a form does not hold of an Atmosphere, as phrases."""
    from kurucz_a1.decks import not_held

    if form == NETCDF:
        return []
    derivatives = [] if model.label_jacobian is None else ["derivatives by the labels"]
    return [*derivatives, *not_held(model, form)]
