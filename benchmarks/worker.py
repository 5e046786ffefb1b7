"""A process that plays one workload in one way, whenever it is told to.

It says that it is ready, reads numbers of rounds, one a line, and answers each with a line of JSON.
"""

import json
import resource
import sys

from benchmarks.contestants import CONTESTANTS, prepare
from benchmarks.timing import seconds
from benchmarks.workloads import WORKLOADS


def main() -> None:
    """Answers until the input ends."""
    workload, contestant = sys.argv[1:]
    run = prepare(CONTESTANTS[contestant], WORKLOADS[workload])
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        elapsed = seconds(lambda num_rounds=int(line): run(num_rounds))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"seconds": elapsed, "peak_mib": peak}), flush=True)


if __name__ == "__main__":
    main()
