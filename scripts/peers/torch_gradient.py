"""Prints the median processor time of one gradient (forward and backward) of a network with
PyTorch on one thread, in milliseconds. Arguments: the network's name, the batch size, seconds."""

import sys
import time

import torch
from torch import nn

torch.set_num_threads(1)


def mlp(units):
    return nn.Sequential(
        nn.Flatten(), nn.Linear(784, units), nn.ReLU(), nn.Linear(units, units), nn.ReLU(),
        nn.Linear(units, 10))


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 20, 5), nn.MaxPool2d(2), nn.Conv2d(20, 50, 5), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(800, 500), nn.ReLU(), nn.Linear(500, 10))


NETWORKS = {
    "MLP 784-512-512-10": lambda: mlp(512),
    "MLP 784-2048-2048-10": lambda: mlp(2048),
    "LeNet": lenet,
}

name, batch, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
torch.manual_seed(1)
model = NETWORKS[name]()
loss = nn.CrossEntropyLoss(reduction="sum")
x = torch.rand(batch, 1, 28, 28)
y = torch.randint(0, 10, (batch,))
parameters = list(model.parameters())


def gradient():
    for p in parameters:
        p.grad = None
    loss(model(x), y).backward()


def run(until):
    times = []
    while len(times) < 20 or time.perf_counter() < until:
        start = time.process_time()
        gradient()
        times.append(time.process_time() - start)
    return sorted(times)[len(times) // 2]


run(time.perf_counter() + seconds)
print(1000 * run(time.perf_counter() + seconds))
