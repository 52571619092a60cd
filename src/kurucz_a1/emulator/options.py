"""How an emulator is trained: a section of the configuration, checked."""

from dataclasses import asdict, dataclass, fields

from kurucz_a1.emulator.hydrostatic import HydrostaticNetwork
from kurucz_a1.emulator.network import AtmosphereNetwork
from kurucz_a1.errors import BadConfig


@dataclass(frozen=True, kw_only=True)
class TrainingOptions:
    """What the training of any network needs; the defaults of the networks are those of config/config.yaml.

    learning_rate: highest rate of Adam; batch_size: models a step; epochs: most passes through the training set;
    patience: epochs without a better validation loss before training stops; checkpoint_every: epochs between
    checkpoints; derivatives: weight of the loss in the label derivatives, where the dataset holds them; seed: of all
    random numbers.
    """

    learning_rate: float
    batch_size: int
    epochs: int
    patience: int
    derivatives: float
    checkpoint_every: int = 50
    seed: int = 42

    section = "emulator"  # of the configuration, for messages
    alpha = 0.0  # weight of a physics loss

    def __post_init__(self):
        for entry in fields(self):
            value = getattr(self, entry.name)
            number = isinstance(value, int) or (entry.type is float and isinstance(value, float))
            if not number or isinstance(value, bool):
                kind = "a whole number" if entry.type is int else "a number"
                raise BadConfig(f"{self.section}.{entry.name} is {value!r}, it must be {kind}")
        for name, (low, high) in self.ranges().items():
            value = getattr(self, name)
            if not low <= value or (high is not None and not value <= high):
                limits = f"{low} or more" if high is None else f"in {low}..{high}"
                raise BadConfig(f"{self.section}.{name} is {value}, it must be {limits}")
        if not 0 < self.learning_rate < 1:
            raise BadConfig(f"{self.section}.learning_rate is {self.learning_rate}, it must be between 0 and 1")

    def ranges(self):
        """Smallest and largest value of each option, None for no limit."""
        counts = dict.fromkeys(("batch_size", "epochs", "patience", "checkpoint_every"), (1, None))
        return counts | {"derivatives": (0, None), "seed": (0, 2**32 - 1)}

    def network(self):
        """The network that these options describe."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Options(TrainingOptions):
    """Options of the paper's network.

    label_width, depth_width: widths E and D of the two encoders; dropout: rate in the head; alpha: weight of the
    physics loss, the data loss has 1 - alpha (the "mlp" kind takes 0).
    """

    label_width: int = 128
    depth_width: int = 64
    dropout: float = 0.01
    alpha: float = 1e-3
    learning_rate: float = 3e-3
    batch_size: int = 8
    epochs: int = 300
    patience: int = 100
    derivatives: float = 0.0

    def ranges(self):
        own = {"label_width": (1, None), "depth_width": (2, None), "dropout": (0, 0.9), "alpha": (0, 1)}
        return super().ranges() | own

    def network(self):
        return AtmosphereNetwork(self.label_width, self.depth_width, self.dropout)


@dataclass(frozen=True, kw_only=True)
class HydrostaticOptions(TrainingOptions):
    """Options of the network that is hydrostatic by construction.

    width, layers: of its network of labels; components: principal components that each of its profiles is made of.
    """

    width: int = 256
    layers: int = 3
    components: int = 48
    learning_rate: float = 4e-3
    batch_size: int = 32
    epochs: int = 2000
    patience: int = 2000
    derivatives: float = 3.0

    section = "hydrostatic"

    def ranges(self):
        return super().ranges() | {"width": (1, None), "layers": (1, None), "components": (1, 80)}

    def network(self):
        return HydrostaticNetwork(self.width, self.layers, self.components)


OPTIONS_OF = {"pinn": Options, "mlp": Options, "hydrostatic": HydrostaticOptions}
KINDS = tuple(OPTIONS_OF)


def read_options(config, kind):
    """The options of a training of this kind, from a dictionary with any of their names as keys.

    Raises BadConfig for a kind that is none of KINDS, and for anything else that is wrong.
    """
    if kind not in KINDS:
        raise BadConfig(f"emulator kind {kind!r} is unknown; known are {', '.join(KINDS)}")
    options = OPTIONS_OF[kind]
    known = [entry.name for entry in fields(options)]
    for key in config:
        if key not in known:
            raise BadConfig(f"{options.section}.{key} is not an option of training; known are {', '.join(known)}")
    return options(**config)


def to_json(options):
    """The options as a dictionary for a JSON file."""
    return asdict(options)
