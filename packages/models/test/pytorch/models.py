"""Small networks of the usual kinds, with seeded random weights."""
import torch
from torch import nn
from torch.nn import functional as F


class Residual(nn.Module):
    """A ResNet block that halves the image, then one that keeps it."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3, padding=1, bias=False)
        self.stem_norm = nn.BatchNorm2d(4)
        self.first = nn.Conv2d(4, 6, 3, stride=2, padding=1, bias=False)
        self.first_norm = nn.BatchNorm2d(6)
        self.second = nn.Conv2d(6, 6, 3, padding=1, bias=False)
        self.second_norm = nn.BatchNorm2d(6)
        self.short = nn.Conv2d(4, 6, 1, stride=2, bias=False)
        self.short_norm = nn.BatchNorm2d(6)
        self.third = nn.Conv2d(6, 6, 3, padding=1)
        self.dense = nn.Linear(6, 5)

    def forward(self, x):
        x = F.relu(self.stem_norm(self.stem(x)))
        inner = F.relu(self.first_norm(self.first(x)))
        x = F.relu(self.second_norm(self.second(inner)) + self.short_norm(self.short(x)))
        x = F.relu(self.third(x) + x)
        return self.dense(F.adaptive_avg_pool2d(x, 1).flatten(1))


class Excite(nn.Module):
    """Squeeze and excitation: channels are weighted by what the whole image says."""

    def __init__(self, channels):
        super().__init__()
        self.down = nn.Conv2d(channels, 2, 1)
        self.up = nn.Conv2d(2, channels, 1)

    def forward(self, x):
        weight = F.hardsigmoid(self.up(F.relu(self.down(F.adaptive_avg_pool2d(x, 1)))))
        return weight * x


def mobile():
    """A MobileNet V3 block: pointwise, depthwise, pointwise."""
    return nn.Sequential(
        nn.Conv2d(3, 8, 1, bias=False), nn.BatchNorm2d(8), nn.Hardswish(),
        nn.Conv2d(8, 8, 3, stride=2, padding=1, groups=8, bias=False), nn.BatchNorm2d(8), nn.Hardswish(),
        Excite(8),
        nn.Conv2d(8, 6, 1, bias=False), nn.BatchNorm2d(6), nn.ReLU6(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(6, 5),
    )


class Transformer(nn.Module):
    """One encoder block over the patches of an image: attention with two heads, then a perceptron."""

    def __init__(self, width=8, heads=2):
        super().__init__()
        self.heads = heads
        self.patches = nn.Conv2d(1, width, 4, stride=4)
        self.position = nn.Parameter(torch.randn(1, 4, width) * 0.5)
        self.before = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.between = nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, 16), nn.GELU(), nn.Linear(16, width))
        self.after = nn.LayerNorm(width)
        self.head = nn.Linear(width, 5)

    def attention(self, x):
        batch, tokens, width = x.shape
        q, k, v = self.qkv(x).reshape(batch, tokens, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        weight = torch.softmax(q @ k.transpose(-2, -1) / (width // self.heads) ** 0.5, dim=-1)
        return self.out((weight @ v).transpose(1, 2).reshape(batch, tokens, width))

    def forward(self, x):
        x = self.patches(x).flatten(2).transpose(1, 2) + self.position
        x = x + self.attention(self.before(x))
        x = x + self.mlp(self.between(x))
        return self.head(self.after(x).mean(1))


class Recurrent(nn.Module):
    """The last state of a recurrent layer, classified."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer
        self.dense = nn.Linear(layer.hidden_size * (2 if layer.bidirectional else 1), 5)

    def forward(self, x):
        states, _ = self.layer(x)
        return self.dense(states[:, -1])


class Views(nn.Module):
    """Flattens by a shape that is computed from the input's, as older code does."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(2, 4, 3, padding=2, dilation=2, groups=2)
        self.dense = nn.Linear(4 * 3 * 3, 5)

    def forward(self, x):
        x = F.max_pool2d(F.leaky_relu(self.conv(x), 0.1), 2)
        return F.log_softmax(self.dense(x.view(x.size(0), -1)), dim=1)


def plain_cnn():
    """Convolutions with batch normalization and pooling."""
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(4, 6, 3, padding=1, bias=False), nn.BatchNorm2d(6), nn.ELU(), nn.AvgPool2d(2),
        nn.Flatten(), nn.Linear(6 * 2 * 2, 8), nn.Tanh(), nn.Linear(8, 5),
    )


def perceptron():
    """Three dense layers."""
    return nn.Sequential(nn.Linear(6, 12), nn.ReLU(), nn.Linear(12, 8), nn.Sigmoid(), nn.Linear(8, 5))


def lstm():
    return Recurrent(nn.LSTM(3, 6, batch_first=True, num_layers=2))


def bidirectional():
    return Recurrent(nn.LSTM(3, 4, batch_first=True, bidirectional=True))


def gru():
    return Recurrent(nn.GRU(3, 6, batch_first=True))
