"""How an emulator is trained: the ``emulator`` section of the configuration, checked."""

from dataclasses import asdict, dataclass, fields

from kurucz_a1.errors import BadConfig

KINDS = ("pinn", "mlp")


@dataclass(frozen=True)
class Options:
    """Options of a training; the defaults are those of config/config.yaml.

    label_width, depth_width: widths E and D of the two encoders; dropout: rate in the head; alpha: weight of the
    physics loss, the data loss has 1 - alpha (the "mlp" kind takes 0); learning_rate: highest rate of Adam;
    batch_size: models a step; epochs: most passes through the training set; patience: epochs without a better
    validation loss before training stops; checkpoint_every: epochs between checkpoints; seed: of all random numbers.
    """

    label_width: int = 128
    depth_width: int = 64
    dropout: float = 0.01
    alpha: float = 1e-3
    learning_rate: float = 3e-3
    batch_size: int = 8
    epochs: int = 300
    patience: int = 100
    checkpoint_every: int = 50
    seed: int = 42

    def __post_init__(self):
        for entry in fields(self):
            value = getattr(self, entry.name)
            number = isinstance(value, int) or (entry.type is float and isinstance(value, float))
            if not number or isinstance(value, bool):
                kind = "a whole number" if entry.type is int else "a number"
                raise BadConfig(f"emulator.{entry.name} is {value!r}, it must be {kind}")
        ranges = {
            "label_width": (1, None),
            "depth_width": (2, None),
            "dropout": (0, 0.9),
            "alpha": (0, 1),
            "batch_size": (1, None),
            "epochs": (1, None),
            "patience": (1, None),
            "checkpoint_every": (1, None),
            "seed": (0, 2**32 - 1),
        }
        for name, (low, high) in ranges.items():
            value = getattr(self, name)
            if not low <= value or (high is not None and not value <= high):
                limits = f"{low} or more" if high is None else f"in {low}..{high}"
                raise BadConfig(f"emulator.{name} is {value}, it must be {limits}")
        if not 0 < self.learning_rate < 1:
            raise BadConfig(f"emulator.learning_rate is {self.learning_rate}, it must be between 0 and 1")


def read_options(config):
    """The Options of a dictionary with any of their names as keys. Raises BadConfig for anything else."""
    known = [entry.name for entry in fields(Options)]
    for key in config:
        if key not in known:
            raise BadConfig(f"emulator.{key} is not an option of training; known are {', '.join(known)}")
    return Options(**config)


def check_kind(kind):
    """Raise BadConfig unless ``kind`` is one of KINDS."""
    if kind not in KINDS:
        raise BadConfig(f"emulator kind {kind!r} is unknown; known are {', '.join(KINDS)}")


def to_json(options):
    """The options as a dictionary for a JSON file."""
    return asdict(options)
