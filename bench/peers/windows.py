"""How a rate is measured, alike for every framework, and the pictures that it is measured on."""
import statistics
import time

import numpy
from networks import BATCH, PICTURE

WINDOW = 0.25  # seconds that a window takes, as those of the train command do


def batches(file):
    """The pictures of a .npy file in [0, 1], batch by batch, so that no more than one is in memory twice."""
    with open(file, "rb") as f:
        version = numpy.lib.format.read_magic(f)
        read = numpy.lib.format.read_array_header_1_0 if version == (1, 0) else numpy.lib.format.read_array_header_2_0
        shape, _, kind = read(f)
        for _ in range(shape[0] // BATCH):
            x = numpy.fromfile(f, kind, BATCH * 784).reshape(BATCH, *PICTURE)
            yield x.astype(numpy.float32) / numpy.float32(255 if kind == numpy.uint8 else 1)


def train(step, data, wait, warm_steps, warm_seconds, seconds):
    """Examples a second of step(batch): the median over windows, after steps that do not count.

    wait returns the value of what a step returns, when the step is over. The warm-up has warm_steps
    steps or takes warm_seconds, whichever is shorter; what is compiled is compiled before it.
    """
    for k in range(4):
        wait(step(data[k]))
    n, start = 0, time.perf_counter()
    while n < warm_steps and (n == 0 or time.perf_counter() - start < warm_seconds):
        result = step(data[n % len(data)])
        n += 1
        if n % 16 == 0:
            wait(result)
    wait(result)
    count = max(1, round(WINDOW * n / (time.perf_counter() - start)))
    rates, begin = [], time.perf_counter()
    while not rates or time.perf_counter() - begin < seconds:
        start = time.perf_counter()
        for _ in range(count):
            result = step(data[n % len(data)])
            n += 1
        loss = wait(result)
        rates.append(count * BATCH / (time.perf_counter() - start))
    return {"examples_per_second": statistics.median(rates), "loss": loss}


def repeated(n, f):
    """n over the median of five times that f takes, after one that does not count."""
    seconds = []
    for _ in range(6):
        start = time.perf_counter()
        f()
        seconds.append(time.perf_counter() - start)
    return {"examples_per_second": n / statistics.median(seconds[1:])}
