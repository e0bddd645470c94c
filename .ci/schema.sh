#!/usr/bin/env bash
# Checks the JSON schema of experiment files with the YAML language server that editors use: every
# shipped file is right, each mistake is found where it is, and keys and kinds are completed.
# Without npm, or without a way to install the server, it says so and succeeds.
set -euo pipefail
cd "$(dirname "$0")/.."

version=1.25.0
server=.ci/node_modules/yaml-language-server
if ! { command -v node && command -v npm; } >/dev/null; then
  echo "schema: no npm: nothing was tried with a language server"
  exit 0
fi
if ! grep -q "\"version\": \"$version\"" $server/package.json 2>/dev/null &&
  ! npm install --prefix .ci --no-save --no-package-lock --no-audit --no-fund yaml-language-server@$version >/dev/null 2>&1; then
  echo "schema: yaml-language-server $version cannot be installed: nothing was tried with it"
  exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go run ./cmd/train -schema >"$work/experiment.schema.json"
node .ci/schema.js $server/bin/yaml-language-server "$work/experiment.schema.json" experiments/*.yaml
