"""Plot temperature, gas pressure, Rosseland opacity and electron density of models against optical depth or mass.

The models are those of all files (decks or netCDF), and the model of the labels, if given.
"""

import argparse

from kurucz_a1.command.models import add_source_options, model_of_labels, read_models
from kurucz_a1.command.output import check_outputs
from kurucz_a1.command.pictures import picture_name, save_picture, structure_picture
from kurucz_a1.command.stars import add_label_options, given_labels, missing_labels

SUMMARY = "the structure of one or several models"
EXAMPLES = """
kurucz-a1 model --teff 5777 --logg 4.44 -o sun.atm
kurucz-a1 plot sun.atm --teff 5500 --logg 4.44 -o models.png
"""
AXES = {"tau": "log_tau", "mass": "column_mass"}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser."""
    parser.add_argument("files", nargs="*", metavar="FILE", help="models: decks or netCDF")
    add_label_options(parser, "labels of a model that is made for the plot")
    add_source_options(parser)
    parser.add_argument("--against", choices=tuple(AXES), default="tau", help="by default tau")
    parser.add_argument(
        "-o", "--output", required=True, type=picture_name, metavar="PICTURE", help="file to write, .png or .pdf"
    )


def run(options: argparse.Namespace) -> int:
    """Draw the models."""
    given = given_labels(options)
    missing = missing_labels(given)
    if (given or not options.files) and missing:
        options.usage(f"give {' and '.join(f'--{name}' for name in missing)}" + ("" if given else ", or a FILE"))
    check_outputs([options.output], options.files)
    models = []
    for path in options.files:
        of_file = list(read_models(path, {}))
        names = (f"{path}: {model.labels.names()[0]}" if len(of_file) > 1 else path for model in of_file)
        models += list(zip(names, of_file, strict=True))
    if given:
        model = model_of_labels(options)
        models.append((f"{model.source}: {model.labels.names()[0]}", model))
    save_picture(structure_picture(models, AXES[options.against]), options.output)
    return 0
