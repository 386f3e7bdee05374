#!/bin/sh
# Installs moto's server, the AWS Secrets Manager that the store tests run against, into .venv/moto.
# Needs python3 with venv and pip. Safe to run again: an environment with the pinned version is kept.
set -eu

MOTO_VERSION=5.2.5
VENV="$(cd "$(dirname "$0")/.." && pwd)/.venv/moto"

installed() {
  [ -x "$VENV/bin/moto_server" ] && "$VENV/bin/python" -c "
import sys
from importlib.metadata import version
sys.exit(0 if version('moto') == '$MOTO_VERSION' else 1)"
}

if installed; then
  echo "moto $MOTO_VERSION is in $VENV already."
  exit 0
fi
if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
  echo "python3 with venv is missing. On Debian: apt-get install python3-venv" >&2
  exit 1
fi
python3 -m venv --clear "$VENV"
"$VENV/bin/pip" install --quiet --disable-pip-version-check "moto[server]==$MOTO_VERSION"
installed
echo "moto $MOTO_VERSION installed in $VENV."
