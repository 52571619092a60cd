"""Write all models of a file in another form, and say what of them the form does not hold.

The file is a deck or several, in any form that is read, or netCDF; its form is told from its content. atlas12 and
netcdf take all models in one file; in the other forms several models have a file each, named by their labels, in the
folder that -o names. Labels that a deck does not state can be given.
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kurucz_a1.command.forms import NETCDF, SEVERAL, add_form_options, form_of, say_all, write_each, write_models
from kurucz_a1.command.messages import say
from kurucz_a1.command.models import read_models
from kurucz_a1.command.output import STDOUT, add_output_option, check_outputs
from kurucz_a1.command.stars import add_label_options, given_labels
from kurucz_a1.content import read_content
from kurucz_a1.errors import BadFile

if TYPE_CHECKING:
    from kurucz_a1.atmosphere import Atmosphere
    from kurucz_a1.decks.layers import Deck

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
    models: list[Atmosphere] = []
    complaints: list[str] = []
    try:
        for model in read_models(options.file, given_labels(options)):
            models.append(model)
    except BadFile as error:
        if not models:
            raise
        complaints.append(f"{error}; only the {len(models)} models before it are written")
    if len(models) == 1 or form in SEVERAL:
        write_models(models, form, options.output, options.title)
    elif options.output == STDOUT:
        options.usage(f"{options.file} holds {len(models)} models, and {form} takes one a file; name a folder with -o")
    else:
        complaints += write_each(models, form, options.output, options.title)
    losses = Counter(
        loss
        for number, deck in enumerate(_decks(options.file))
        if number < len(models)
        for loss in losses_of_deck(deck)
    )
    losses.update(loss for model in models for loss in losses_of_model(model, form))
    if losses:
        said = [
            what if len(models) == 1 else f"{what} ({count} of {len(models)} models)" for what, count in losses.items()
        ]
        say(f"{options.file}: not written: {'; '.join(said)}")
    return say_all(complaints)


def _decks(path: str) -> Iterator["Deck"]:
    """The Decks of a file, none for netCDF. Ends where one is bad."""
    from kurucz_a1.decks.deck import read_decks

    if read_content(path, "a model atmosphere").kind in ("HDF5", "netCDF"):
        return
    try:
        yield from read_decks(path)
    except BadFile:  # said when its models were read
        return


def losses_of_deck(deck: "Deck") -> list[str]:
    """What an Atmosphere does not hold of a Deck, as phrases."""
    import numpy as np

    losses = []
    if np.any(deck.convective_flux != 0.0) or np.any(deck.convective_velocity != 0.0):
        losses.append("convective flux and velocity")
    if np.ptp(deck.microturbulence) > 0.0:
        losses.append("the change of microturbulence with depth, of which the median is written")
    return losses


def losses_of_model(model: "Atmosphere", form: str) -> Sequence[str]:
    """What a form does not hold of an Atmosphere, as phrases."""
    losses = []
    if model.label_jacobian is not None and form != NETCDF:
        losses.append("derivatives by the labels")
    if form == "moog_kurtype":
        losses.append("opacity and radiative acceleration")
    return losses
