"""Several processes: torch with its own process group.

    python examples/torch_processes.py

lets torchrun start two processes on this machine, and waits for them. On a cluster, call torchrun
yourself: see docs/distributed.md. A GAN trains together with the other processes as soon as there
is a process group; no module is wrapped. Each process is handed samples of its own, and its share
of the batch size.
"""

import os
import subprocess
import sys

os.environ["KERAS_BACKEND"] = "torch"


def main():
    if "RANK" in os.environ:
        train()
    else:
        start_two_processes()


def train():
    import torch.distributed

    has_gpu = torch.cuda.is_available()
    if has_gpu:
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    torch.distributed.init_process_group("nccl" if has_gpu else "gloo")

    from helpers import digits_game

    options = digits_game.parse_options("Train a GAN in several processes.")
    rank, num_processes = torch.distributed.get_rank(), torch.distributed.get_world_size()
    gan = digits_game.compiled_gan()
    digits_game.train(gan, options, part=rank, num_parts=num_processes)
    digits_game.write(gan, options, is_chief=rank == 0)
    torch.distributed.destroy_process_group()


def start_two_processes():
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    command = [*launcher, "--local-addr=127.0.0.1", "--nproc-per-node=2", *sys.argv]
    subprocess.run(command, check=True, timeout=3600)


if __name__ == "__main__":
    main()
