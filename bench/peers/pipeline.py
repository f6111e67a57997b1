"""The paper's default pipeline, written plainly in PyTorch: clean training, adversarial training, evaluation of both networks.

Reads the setting of a run (the `setting` of its run.json) from standard input; the argument is the number of threads. Writes
accuracies, seconds of each phase and the peak of its memory as JSON, and progress to standard error.

Everything happens in the dictionary's coordinates, as in ours: with M orthonormal, network, regularizer and l2 attacks turn with it, so M
need not be multiplied with at all. All products are dense. The weights' gradient is autograd's. Attacks need none of its
graph: the slope of the activation is one pass, in closed form, and the gradient in the input one product with the weights. An
attack takes scores and slopes from the same pre-activations, and goes on with survivors only.
"""

import json
import resource
import sys
import time

import torch
from serve import version
from torch.nn.functional import softplus, softshrink


class Data:
    """Sparse codes z, on where a Bernoulli draw says so, with labels sign <w*, z> and no |<w*, z>| below the margin."""

    def __init__(self, dimension, active, strongRate, margin, noise, **_):
        self.dimension, self.noise = dimension, noise / dimension**0.5
        self.on = (active + strongRate) / dimension
        self.strong = strongRate / (active + strongRate)
        self.weak = active**-0.5
        self.least = max(margin - 1e-6, 1e-6)
        self.w_star = torch.randint(2, (dimension,)) * 2.0 - 1

    def batch(self, examples):
        z, y = self.some(2 * examples)
        while len(y) < examples:
            z, y = (torch.cat(parts) for parts in zip((z, y), self.some(2 * examples)))
        z, y = z[:examples], y[:examples]
        return (z + self.noise * torch.randn_like(z) if self.noise > 0 else z), y

    def some(self, drawn):
        """What the margin leaves of some draws."""
        places = drawn * self.dimension
        # The gaps between the places that are on are geometric: no need to look at those that are off.
        gaps = torch.empty(int(1.2 * places * self.on) + 100, dtype=torch.float64).geometric_(self.on)
        at = gaps.cumsum(0).long() - 1
        at = at[at < places]
        values = torch.where(torch.rand(len(at)) < self.strong, 1.0, self.weak)
        values *= torch.randint(2, (len(at),)) * 2 - 1
        row, column = at // self.dimension, at % self.dimension
        signal = torch.zeros(drawn).index_add_(0, row, values * self.w_star[column])
        kept = signal.abs() >= self.least
        new_row = kept.cumsum(0) - 1
        here = kept[row]
        z = torch.zeros(int(kept.sum()), self.dimension)
        z[new_row[row[here]], column[here]] = values[here]
        return z, signal[kept].sign()


def scores(u, bias):
    """relu(u - b) - relu(-u - b), summed over neurons."""
    return softshrink(u, bias).sum(1)


def slopes(u, bias, smoothing):
    """The derivative of the score in the pre-activations, of the network itself or smoothed by Gaussian noise."""
    if smoothing == 0:
        return (u.abs() > bias).float()
    return torch.special.ndtr((u - bias) / smoothing).add_(torch.special.ndtr((-u - bias) / smoothing))


def downhill(u, y, weight, bias, smoothing):
    """Unit steps against the label; random ones where the network is flat."""
    gradient = slopes(u, bias, smoothing) @ weight
    sizes = gradient.norm(dim=1)
    flat = sizes == 0
    if flat.any():
        gradient[flat] = torch.randn(int(flat.sum()), gradient.shape[1])
        sizes = gradient.norm(dim=1)
    return gradient.mul_((-y / sizes)[:, None])


def rate_at(step, steps, rate, warmup, hold, final, **_):
    corner = hold * steps
    level = 1 if step <= corner else 1 + (final - 1) * (step - corner) / (steps - corner)
    return rate * level * min(1, (step + 1) / max(1, warmup))


def train(name, weight, bias, data, phase, bias_after, attack=None):
    """Gradient descent on the regularized logistic loss; gives the weights and the bias after it."""
    weight = weight.clone().requires_grad_()
    for step in range(phase["steps"]):
        z, y = data.batch(phase["batch"])
        if attack:
            with torch.no_grad():
                z = attack(z, y, weight, bias)
        softplus(-y * scores(z @ weight.T, bias)).mean().backward()
        with torch.no_grad():
            sizes = weight.norm(dim=1, keepdim=True)
            bias = bias_after(bias, sizes)
            rate = rate_at(step, **phase)
            weight.grad.addcmul_(weight, sizes.add_(1), value=phase["decay"])
            weight.sub_(weight.grad, alpha=rate)
            weight.grad = None
        if (step + 1) % 50 == 0:
            tell(f"{name} training, step {step + 1} of {phase['steps']}")
    return weight.detach(), bias


def survivors(z, y, weight, bias, delta, eps, steps, smoothing):
    """Which examples no step of projected gradient descent from delta breaks."""
    alive = torch.arange(len(y))
    for step in range(steps + 1):
        u = (z + delta) @ weight.T
        right = y * scores(u, bias) > 0
        if not right.all():
            alive, z, y, delta, u = (tensor[right] for tensor in (alive, z, y, delta, u))
        if len(alive) == 0 or step == steps:
            return alive
        delta = delta.add(downhill(u, y, weight, bias, smoothing), alpha=2.5 / steps * eps)
        delta.mul_((eps / delta.norm(dim=1, keepdim=True)).clamp_(max=1))
    return alive


def random_in_ball(shape, eps):
    direction = torch.randn(shape)
    return direction * (eps * torch.rand(shape[0], 1) ** (1 / shape[1]) / direction.norm(dim=1, keepdim=True))


def attacked(z, y, weight, bias, data, eps, steps, restarts):
    """How many examples are right, and how many of them withstand the battery."""

    def broken_by(start, steps, smoothing):
        nonlocal z, y
        alive = survivors(z, y, weight, bias, start, eps, steps, smoothing)
        z, y = z[alive], y[alive]

    def mixture():
        return torch.outer(-y * eps, data.w_star / data.dimension**0.5)

    broken_by(torch.zeros_like(z), 0, 0)
    clean = len(y)
    broken_by(mixture(), 0, 0)
    broken_by(torch.zeros_like(z), steps, 0)
    broken_by(mixture(), steps, bias / 2)
    for _ in range(restarts):
        broken_by(random_in_ball(z.shape, eps), steps, bias / 2)
    return clean, len(y)


def evaluate(name, weight, bias, data, examples, eps, how):
    z, y = examples
    clean = robust = 0
    for at in range(0, len(y), how["batch"]):
        part = slice(at, at + how["batch"])
        right, left = attacked(z[part], y[part], weight, bias, data, eps, how["steps"], how["restarts"])
        clean, robust = clean + right, robust + left
        tell(f"{name} network attacked on {min(at + how['batch'], len(y))} of {len(y)} examples")
    return {"clean": [clean, len(y)], "robust": [robust, len(y)]}


def tell(text):
    print(f"PyTorch: {text}", file=sys.stderr, flush=True)


def main():
    torch.set_num_threads(int(sys.argv[1]))
    torch.manual_seed(1)
    setting = json.load(sys.stdin)
    eps, network, evaluation = setting["tau"], setting["network"], setting["evaluation"]
    if network["noise"] > 0:
        sys.exit("network.noise must be 0: this program knows no pre-activation noise")
    data = Data(**setting["data"])
    seconds = {}

    def timed(name, work):
        start = time.perf_counter()
        result = work()
        seconds[name] = time.perf_counter() - start
        return result

    clean, adversarial = setting["clean"], setting["adversarial"]

    def grown(bias, sizes):
        return min(clean["biasFinal"], max(bias, clean["biasRatio"] * sizes.mean().item()))

    def fgm(z, y, weight, bias):
        return z.add(downhill(z @ weight.T, y, weight, bias, 0), alpha=eps)

    deviation = network["initialDeviation"]
    start = deviation * torch.randn(network["neurons"], data.dimension), clean["biasStart"] * deviation
    nets = {}
    nets["clean"] = timed("clean", lambda: train("clean", *start, data, clean, grown))
    nets["robust"] = timed(
        "adversarial",
        lambda: train("adversarial", *nets["clean"], data, adversarial, lambda bias, _: bias, fgm),
    )
    with torch.no_grad():
        examples = data.batch(evaluation["examples"])
        accuracies = timed(
            "evaluation",
            lambda: {name: evaluate(name, *net, data, examples, eps, evaluation) for name, net in nets.items()},
        )
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"version": version(), "seconds": seconds, "networks": accuracies, "megabytes": megabytes}))


main()
