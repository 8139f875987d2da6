"""A fresh interpreter with one Lambda in it, as the benchmarks start them.

    python contender.py MODULE.HANDLER

Imports the handler, then answers each function-URL request that arrives as a line of JSON on standard input with a line
of JSON on standard output: `{"answer": …, "cpu": …, "cpu_in_all": …, "wall": …}`, with the CPU seconds of this answer,
those of the process since it began, and this answer's seconds on the clock. Imports nothing that a Lambda runtime has
not loaded itself.
"""

import importlib
import json
import os
import sys
import time


class Context:
    """The second argument of a Lambda handler, as far as either contender reads it."""

    function_name = "benchmark"
    function_version = "$LATEST"
    memory_limit_in_mb = "1024"
    invoked_function_arn = "arn:aws:lambda:us-west-2:000000000000:function:benchmark"
    aws_request_id = "00000000-0000-4000-8000-000000000000"


def main() -> None:
    """Answers until standard input ends."""
    # What the handler logs to standard output goes to standard error, as the answers go their own way in Lambda too.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    module, _, name = sys.argv[1].rpartition(".")
    handler = getattr(importlib.import_module(module), name)
    for line in sys.stdin:
        request = json.loads(line)
        began, asked = time.process_time(), time.perf_counter()
        answer = handler(request, Context())
        answered, ended = time.perf_counter(), time.process_time()
        spent = {"cpu": ended - began, "cpu_in_all": ended, "wall": answered - asked}
        answers.write(json.dumps({"answer": answer, **spent}) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
