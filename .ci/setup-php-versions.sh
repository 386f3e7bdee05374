#!/bin/sh
# Installs PHP 7.4 to 8.5 as WebAssembly into .venv/php-versions: the connector is tried in each of them, whatever PHP the system
# has. Some 470 MB, so it is no dependency in package.json. Needs npm. Safe to run again: the pinned version is kept.
set -eu

VERSION=3.1.56
FOLDER="$(cd "$(dirname "$0")/.." && pwd)/.venv/php-versions"

installed() {
  for package in node universal; do
    grep -q "\"version\": \"$VERSION\"" "$FOLDER/node_modules/@php-wasm/$package/package.json" 2>/dev/null || return 1
  done
}

if installed; then
  echo "@php-wasm/node $VERSION is in $FOLDER already."
  exit 0
fi
mkdir -p "$FOLDER"
echo '{ "private": true, "description": "PHP versions for tests, see .ci/setup-php-versions.sh" }' >"$FOLDER/package.json"
npm install --prefix "$FOLDER" --ignore-scripts --no-audit --no-fund --loglevel error --save-exact \
  "@php-wasm/node@$VERSION" "@php-wasm/universal@$VERSION"
installed
echo "@php-wasm/node $VERSION installed in $FOLDER."
