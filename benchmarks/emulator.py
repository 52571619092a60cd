"""The networks beside the paper's in PyTorch: the page benchmarks/emulator.md.

    python benchmarks/emulator.py [--emulator FOLDER] [--threads N] [--output benchmarks/emulator.md]

The paper's network is written here in PyTorch as its authors' code has it (labels repeated at every depth, encoders'
outputs joined, physics loss by reverse over reverse derivatives); where there is no PyTorch these rows are left out.
Each part runs in a process of its own, one after another, on the CPU and, where there is one, on a GPU. All are pinned
to the same N threads of the processor (all that this process may use, unless --threads says fewer), and each measures
the product of matrices beside the networks, before and after them.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

PROJECT = Path(__file__).resolve().parents[1]
PRETRAINED = PROJECT / "src" / "kurucz_a1" / "emulator" / "pretrained"
SEED = 29
WIDTHS = {"released (E = D = 512)": (512, 512), "of the figures (E = 128, D = 64)": (128, 64)}
COUNTS = (1, 100, 10_000)
AT_ONCE = {"cpu": 64, "gpu": 1024}  # models that PyTorch is given at once of a larger batch: more fill the memory
TRAINED_ON, BATCH = {"cpu": 512, "gpu": 8192}, 256
SLOW = 20.0  # seconds after which a measurement is not repeated
MATRIX = {"cpu": 2048, "gpu": 8192}
DEPTHS = 80
IDLE = 0.9  # of the threads is what a product has at least where nothing else runs
POOLS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def pin(count):
    """Pin this process and what it starts to ``count`` threads of the processor (None: all that it may use).

    Returns their number. XLA makes as many threads as it may run on; the libraries that count otherwise are told.
    """
    if hasattr(os, "sched_setaffinity"):
        threads = sorted(os.sched_getaffinity(0))[:count]
        os.sched_setaffinity(0, threads)
        count = len(threads)
    else:
        count = count or os.cpu_count()
    os.environ |= dict.fromkeys(POOLS, str(count))
    return count


def product_rate(product, wait, size):
    """Rate of a product of two square matrices in operations a second, and on how many threads it ran, for JSON.

    Threads: processor time over wall-clock time of the same calls; where others compute too, they are fewer.
    """
    wait(product())
    wall, processor = time.perf_counter(), time.process_time()
    seconds = best(product, wait, repeats=20)
    used = (time.process_time() - processor) / (time.perf_counter() - wall)
    return {"rate": 2.0 * size**3 / seconds, "threads": used}


def faster(one, other):
    """The one of two results of ``product_rate`` with the higher rate."""
    return max(one, other, key=lambda found: found["rate"])


def best(function, wait, repeats=5):
    """Seconds of a call, the best of a few after one that warms up, which alone counts if it is slow."""
    times = []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        wait(function())
        times.append(time.perf_counter() - start)
        if sum(times) > SLOW:
            break
    return min(times[1:] or times)


def drawn(count):
    """Normalised labels (count, 4), float32."""
    return np.random.default_rng(SEED).uniform(-1.0, 1.0, (count, 4)).astype(np.float32)


def random_matrix(size):
    """A square matrix, float32."""
    return np.random.default_rng(SEED).normal(size=(size, size)).astype(np.float32)


# --- PyTorch


def papers_network(torch, label_width, depth_width):
    """The paper's network as a torch.nn.Module of labels (model, 4) and log_tau (model, depth)."""
    nn = torch.nn
    width = 2 * (label_width + depth_width)

    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            layers = []
            for inputs in (4, label_width):
                layers += [nn.Linear(inputs, label_width), nn.LayerNorm(label_width), nn.GELU()]
            self.labels = nn.Sequential(*layers)
            self.depths = nn.Sequential(
                nn.Linear(1, depth_width // 2), nn.GELU(), nn.Linear(depth_width // 2, depth_width), nn.GELU()
            )
            head = [nn.Linear(label_width + depth_width, width), nn.GELU(), nn.Dropout(0.01)]
            head += [nn.Linear(width, width), nn.GELU(), nn.Dropout(0.01), nn.Linear(width, 6)]
            self.head = nn.Sequential(*head)

        def forward(self, labels, log_tau):
            of_labels = self.labels(labels)[:, None, :].expand(-1, log_tau.shape[1], -1)
            return self.head(torch.cat([of_labels, self.depths(log_tau[..., None])], dim=-1))

    return Network()


def torch_part(device, threads):
    """Rows of the paper's network in PyTorch on "cpu" or "gpu", or None without PyTorch or the device."""
    try:
        import torch
    except ImportError:
        return None
    if device == "gpu" and not torch.cuda.is_available():
        return None
    place = torch.device("cuda" if device == "gpu" else "cpu")
    torch.manual_seed(SEED)
    torch.set_num_threads(threads)
    torch.set_num_interop_threads(1)

    def wait(_):
        if device == "gpu":
            torch.cuda.synchronize()

    size = MATRIX[device]
    square = torch.as_tensor(random_matrix(size), device=place)
    before = product_rate(lambda: square @ square, wait, size)
    found = {"version": torch.__version__}
    depths = torch.linspace(-1.0, 1.0, DEPTHS, device=place)
    found["inference"], found["training"] = {}, {}
    for name, widths in WIDTHS.items():
        network = papers_network(torch, *widths).to(place).eval()

        def predict(labels, network=network):
            with torch.inference_mode():
                for some in labels.split(AT_ONCE[device]):
                    result = network(some, depths.expand(len(some), -1))
            return result

        for count in COUNTS:
            labels = torch.as_tensor(drawn(count), device=place)
            found["inference"][f"{name} {count}"] = count / best(lambda labels=labels: predict(labels), wait)
        for physics in (False, True):
            seconds = best(torch_epoch(torch, network, place, device, depths, physics), wait, repeats=2)
            found["training"][f"{name} {physics}"] = TRAINED_ON[device] / seconds
    return found | faster(before, product_rate(lambda: square @ square, wait, size))


def torch_epoch(torch, network, place, device, depths, physics):
    """A function that trains for one epoch; with physics the derivative of pressure is kept for the backward pass."""
    labels = torch.as_tensor(drawn(TRAINED_ON[device]), device=place)
    targets = torch.zeros((len(labels), DEPTHS, 6), device=place)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-4)

    def epoch():
        network.train()
        for start in range(0, len(labels), BATCH):
            some = labels[start : start + BATCH]
            optimizer.zero_grad()
            log_tau = depths.expand(len(some), -1).clone().requires_grad_(physics)
            fields = network(some, log_tau)
            loss = ((fields - targets[start : start + BATCH]) ** 2).mean()
            if physics:
                (slope,) = torch.autograd.grad(fields[..., 2].sum(), log_tau, create_graph=True)
                loss = loss + 1e-3 * ((slope - 1.0 + fields[..., 4]) ** 2).mean()
            loss.backward()
            optimizer.step()
        network.eval()

    return epoch


# --- JAX


def jax_part(device, folder):
    """Rows of the same network and of the hydrostatic one in JAX, or None without the device."""
    sys.path.insert(0, str(PROJECT / "src"))
    import kurucz_a1  # noqa: F401, isort: skip  (float64)
    import jax
    import jax.numpy as jnp

    from kurucz_a1.emulator import load_emulator
    from kurucz_a1.emulator.modules import initialize
    from kurucz_a1.emulator.network import AtmosphereNetwork

    if (jax.devices()[0].platform == "cpu") != (device == "cpu"):
        return None
    size = MATRIX[device]
    square = jnp.asarray(random_matrix(size))
    product = jax.jit(lambda x: x @ x)
    before = product_rate(lambda: product(square), jax.block_until_ready, size)
    found = {"version": jax.__version__}
    found["inference"], found["training"] = {}, {}
    depths = jnp.linspace(-1.0, 1.0, DEPTHS, dtype=jnp.float32)
    for name, widths in WIDTHS.items():
        network = AtmosphereNetwork(*widths)
        parameters = initialize(network, jax.random.key(SEED), 4)

        @jax.jit
        def predict(labels, network=network, parameters=parameters):
            def one(labels):
                return network.apply({"params": parameters}, labels[None], depths)[0]

            return jax.lax.map(one, labels, batch_size=min(AT_ONCE[device], len(labels)))

        for count in COUNTS:
            labels = jnp.asarray(drawn(count))
            seconds = best(lambda labels=labels, predict=predict: predict(labels), jax.block_until_ready)
            found["inference"][f"{name} {count}"] = count / seconds
        for physics in (False, True):
            seconds = best(jax_epoch(widths, device, physics), jax.block_until_ready, repeats=2)
            found["training"][f"{name} {physics}"] = TRAINED_ON[device] / seconds
    emulator = load_emulator(folder)
    found["hydrostatic"] = {
        "parameters": sum(leaf.size for leaf in jax.tree.leaves(emulator.parameters)),
        "inference": {},
    }
    generator = np.random.default_rng(SEED)
    for count in COUNTS:
        labels = {key: jnp.asarray(value) for key, value in emulator.space.draw(count, generator).as_dict().items()}
        whole = jax.jit(lambda labels: emulator(**labels))
        seconds = best(lambda labels=labels, whole=whole: whole(labels), jax.block_until_ready)
        found["hydrostatic"]["inference"][str(count)] = count / seconds
    one = {key: value[0] for key, value in labels.items()}
    found["hydrostatic"]["jacobian_s"] = best(lambda: emulator.jacobian(**one), jax.block_until_ready, repeats=50)
    return found | faster(before, product_rate(lambda: product(square), jax.block_until_ready, size))


def jax_epoch(widths, device, physics):
    """A function that trains the paper's network for one epoch, as ``emulator.training`` does."""
    import jax
    import jax.numpy as jnp

    from kurucz_a1.dataset import atlas12_reference_dataset
    from kurucz_a1.emulator import fitting
    from kurucz_a1.emulator.kinds import read_training_settings
    from kurucz_a1.emulator.training import prepare_task
    from kurucz_a1.emulator.training_data import prepare, select

    kind = "pinn" if physics else "mlp"
    settings = read_training_settings({"label_width": widths[0], "depth_width": widths[1]}, kind)
    objective, constants, training, validation = prepare_task(
        kind, settings, prepare(atlas12_reference_dataset(), hydrostatic=kind == "hydrostatic")
    )
    # As many models as are asked for: the real ones over and over, which costs what different ones would.
    chosen = np.random.default_rng(SEED).integers(training.labels.shape[0], size=TRAINED_ON[device])
    training, validation = select(training, chosen), select(validation, np.arange(1))
    state = fitting.start(objective.network, SEED, training.labels.shape[1])
    rates = jnp.full(fitting.steps_in_epoch(TRAINED_ON[device], BATCH), 1e-4, dtype=jnp.float32)
    return lambda: fitting.run_epoch(objective, state, training, validation, constants, rates, jax.random.key(SEED))


# --- the page


def page(results, threads, load):
    """The page in Markdown; results: {(framework, device): found}; load: of the machine before the run, 1 minute."""
    text = "# Speed of the networks\n\nWritten by `python benchmarks/emulator.py`; do not edit.\n"
    for device in ("cpu", "gpu"):
        ours, theirs = results.get(("jax", device)), results.get(("torch", device))
        if ours is None:
            continue
        text += f"\n## {ours['machine']}\n\njax {ours['version']}"
        text += f", PyTorch {theirs['version']}" if theirs else "; no PyTorch here"
        text += f". Every process is pinned to the same {threads} processor threads, and so are its thread pools.\n"
        text += f"Load of the machine before the run: {load:.1f}.\n"
        parts = {"JAX": ours} | ({"PyTorch": theirs} if theirs else {})
        rates = [f"{part['rate'] / 1e9:,.0f} in {name}{_on(part, device)}" for name, part in parts.items()]
        text += f"\nGFLOP/s of a product of two float32 matrices of {MATRIX[device]} rows: {', '.join(rates)}.\n"
        if device == "cpu" and min(part["threads"] for part in parts.values()) < IDLE * threads:
            text += (
                "Other programs ran beside: on an idle machine all rates are higher, and the ratios may be others.\n"
            )
        limit = max(part["rate"] for part in parts.values())
        text += "\nModels per second on 80 depths, after compilation:\n\n"
        text += "| batch | network | JAX | PyTorch | ratio | `hydrostatic` here | over PyTorch |\n"
        text += "| --- | --- | --- | --- | --- | --- | --- |\n"
        hydrostatic = ours["hydrostatic"]
        for name in WIDTHS:
            for count in COUNTS:
                key = f"{name} {count}"
                rates = [ours["inference"][key], theirs["inference"][key] if theirs else None]
                own = hydrostatic["inference"][str(count)]
                cells = [*map(_rate, rates), _ratio(*rates), _rate(own), _ratio(own, rates[1])]
                text += f"| {count:,} | {name} | {' | '.join(cells)} |\n"
        text += (
            f"\nOne training epoch, {TRAINED_ON[device]} models in batches of {BATCH}, models per second; share: of\n"
        )
        text += "the faster product above, counting six operations per weight and depth.\n\n"
        text += "| network | physics | JAX | share | PyTorch | share | ratio |\n"
        text += "| --- | --- | --- | --- | --- | --- | --- |\n"
        for name, widths in WIDTHS.items():
            least = 6.0 * DEPTHS * _weights(*widths)
            for physics in (False, True):
                key = f"{name} {physics}"
                rates = [ours["training"][key], theirs["training"][key] if theirs else None]
                shares = [_share(rate, least, limit) for rate in rates]
                cells = [_rate(rates[0]), shares[0], _rate(rates[1]), shares[1], _ratio(*rates)]
                text += f"| {name} | {'yes' if physics else 'no'} | {' | '.join(cells)} |\n"
        text += (
            f"\nThe `hydrostatic` network has {hydrostatic['parameters']:,} weights; label Jacobian of one model of "
        )
        text += f"it, all fields and depths, after compilation: {1e3 * hydrostatic['jacobian_s']:.2f} ms.\n"
    return text


def _weights(label_width, depth_width):
    width = 2 * (label_width + depth_width)
    # those that are used at every depth
    return depth_width // 2 * (1 + depth_width) + (label_width + depth_width + width + 6) * width


def _rate(value):
    return "-" if value is None else f"{value:,.3g}" if value < 1000 else f"{value:,.0f}"


def _ratio(value, other):
    return "-" if value is None or other is None else f"{value / other:.3g}"


def _share(rate, least, limit):
    return "-" if rate is None else f"{100.0 * rate * least / limit:.0f} %"


def _on(part, device):
    return f" (on {part['threads']:.1f} threads)" if device == "cpu" else ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--emulator", type=Path, default=PRETRAINED)
    parser.add_argument("--output", type=Path, default=PROJECT / "benchmarks" / "emulator.md")
    parser.add_argument("--threads", type=int, help="of the processor; by default all that this process may use")
    parser.add_argument("--part", nargs=2, metavar=("FRAMEWORK", "DEVICE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.threads is not None and arguments.threads < 1:
        parser.error(f"--threads {arguments.threads}: give at least one")
    load = os.getloadavg()[0]
    threads = pin(arguments.threads)
    if arguments.part:
        framework, device = arguments.part
        found = torch_part(device, threads) if framework == "torch" else jax_part(device, arguments.emulator)
        if found and framework == "jax":
            from kurucz_a1.evaluation.timing import device_name

            found["machine"] = device_name()
        print(json.dumps(found))
        return
    sys.path.insert(0, str(PROJECT / "src"))
    from kurucz_a1.files import write_text

    results = {}
    for device in ("cpu", "gpu"):
        for framework in ("jax", "torch"):
            environment = os.environ | ({"JAX_PLATFORMS": "cpu"} if device == "cpu" else {})
            command = [sys.executable, __file__, "--part", framework, device, "--emulator", str(arguments.emulator)]
            said = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
            results[framework, device] = json.loads(said.splitlines()[-1])
            print(f"{framework} on {device}: {'done' if results[framework, device] else 'not here'}", flush=True)
            if results.get(("jax", "cpu")):
                write_text(arguments.output, page(results, threads, load))
    print(arguments.output)


if __name__ == "__main__":
    main()
