#!/usr/bin/env bash
# `npm run train`: makes the environment of training/requirements.txt once, then trains with what is asked.
set -euo pipefail
cd "$(dirname "$0")"
if ! cmp -s requirements.txt .venv/requirements.txt; then
  rm -rf .venv
  python3 -m venv .venv
  .venv/bin/pip install --quiet --disable-pip-version-check -r requirements.txt
  cp requirements.txt .venv/requirements.txt
fi
exec .venv/bin/python train.py "$@"
