#!/usr/bin/env bash
# Clicks through the explorer in a real browser, live and as one file. Chromium is installed where that
# is possible, and else the tests are left out with a word.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null && ! command -v google-chrome >/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "browser: installing chromium"
    { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium; } >/dev/null 2>&1 || true
  fi
fi
go -C web/browser vet ./...
go -C web/browser test -short ./...
