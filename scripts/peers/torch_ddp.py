"""Trains with PyTorch's DistributedDataParallel (gloo, one process of one thread for each worker)
and prints the examples processed a second in steady state, as a line of JSON.

Arguments: model (mlp512, mlp2048, lenet), examples a worker and step, workers, seconds to warm up,
seconds to measure, IDX file of the images, IDX file of the labels."""

import json
import os
import socket
import sys
import time

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from torch import nn
from torch.nn.parallel import DistributedDataParallel

RATE, MOMENTUM = 0.01, 0.9


def network(name):
    if name == "lenet":
        return nn.Sequential(
            nn.Conv2d(1, 20, 5), nn.MaxPool2d(2), nn.Conv2d(20, 50, 5), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(800, 500), nn.ReLU(), nn.Linear(500, 10))
    units = int(name[3:])
    return nn.Sequential(
        nn.Flatten(), nn.Linear(784, units), nn.ReLU(), nn.Linear(units, units), nn.ReLU(),
        nn.Linear(units, 10))


def load(images, labels):
    """All examples as floats in memory, so that a step only gathers its rows."""
    with open(images, "rb") as f:
        x = torch.frombuffer(bytearray(f.read()[16:]), dtype=torch.uint8)
    with open(labels, "rb") as f:
        y = torch.frombuffer(bytearray(f.read()[8:]), dtype=torch.uint8)
    return x.reshape(-1, 1, 28, 28).float() / 255, y.long()


def batches(x, y, batch, rank, workers):
    """This worker's batches of one shuffled epoch after the other."""
    own_x, own_y = x[rank::workers].contiguous(), y[rank::workers].contiguous()
    order = torch.Generator().manual_seed(rank)
    while True:
        rows = torch.randperm(len(own_y), generator=order)
        for part in rows.split(batch):
            if len(part) == batch:
                yield own_x[part], own_y[part]


def train(rank, name, batch, workers, warm, seconds, images, labels, port):
    torch.set_num_threads(1)
    dist.init_process_group(
        "gloo", init_method=f"tcp://127.0.0.1:{port}", rank=rank, world_size=workers)
    torch.manual_seed(1)
    model = DistributedDataParallel(
        network(name), gradient_as_bucket_view=True, static_graph=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE, momentum=MOMENTUM, foreach=True)
    loss = nn.CrossEntropyLoss()
    data = batches(*load(images, labels), batch, rank, workers)

    def steps(count):
        for _ in range(count):
            x, y = next(data)
            optimizer.zero_grad(set_to_none=False)
            value = loss(model(x), y)
            value.backward()
            optimizer.step()
        return value.item()

    def timed(count):
        dist.barrier()
        start = time.perf_counter()
        value = steps(count)
        dist.barrier()
        return time.perf_counter() - start, value

    def count_for(wanted, took, count):
        """The same number of steps on every worker: rank 0 decides."""
        n = torch.tensor([max(5, int(wanted / took * count))])
        dist.broadcast(n, 0)
        return int(n)

    count = 5
    timed(count)
    took, _ = timed(count)
    count = count_for(warm, took, count)
    took, _ = timed(count)
    count = count_for(seconds, took, count)
    took, last = timed(count)
    if rank == 0:
        print(json.dumps(
            {"examples": count * batch * workers, "seconds": took, "loss": last}), flush=True)
    dist.destroy_process_group()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


if __name__ == "__main__":
    os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
    name, batch, workers = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    mp.spawn(
        train,
        (name, batch, workers, float(sys.argv[4]), float(sys.argv[5]), sys.argv[6], sys.argv[7],
         free_port()),
        workers)
