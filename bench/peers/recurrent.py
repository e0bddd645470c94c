"""Forward and backward passes of PyTorch's recurrent layers."""
import time

import torch


def recurrent(cell, batch, inputs, units, steps, threads):
    """Seconds of the sum of all states and its gradients by the weights and the input: the best of
    seven windows of a tenth of a second."""
    torch.set_flush_denormal(True)  # before there are threads, which inherit it
    torch.set_num_threads(threads)
    layer = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell](inputs, units)
    x = torch.randn(steps, batch, inputs, requires_grad=True)

    def step():
        layer.zero_grad()
        x.grad = None
        layer(x)[0].sum().backward()

    def window(seconds):
        begin, count = time.perf_counter(), 0
        while (spent := time.perf_counter() - begin) < seconds:
            step()
            count += 1
        return spent / count
    window(0.1)
    return {"seconds": min(window(0.1) for _ in range(7))}
