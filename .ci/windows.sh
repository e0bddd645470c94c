#!/usr/bin/env bash
# Windows, under Wine: the README's commands, Ctrl-C, a kill and a resume, a map, an evaluation and
# a replay give the bits of Linux; tests of what is another there. Without Wine and a compiler for
# Windows, and no way to install them, it says so and succeeds.
set -euo pipefail
cd "$(dirname "$0")/.."

compiler=x86_64-w64-mingw32-gcc
have() { command -v wine && command -v wineboot && command -v $compiler; } >/dev/null
if ! have && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      wine wine64 gcc-mingw-w64-x86-64-win32; } >/dev/null 2>&1 || true
fi
if [ "$(go env GOHOSTOS)/$(go env GOHOSTARCH)" != linux/amd64 ] || ! have; then
  echo "windows: left out: it needs Wine and $compiler on linux/amd64, which cannot be installed here"
  exit 0
fi

top=$(mktemp -d)
export WINEPREFIX=$top/prefix WINEDEBUG=-all WINEDLLOVERRIDES="mscoree=;mshtml=;winemenubuilder.exe=" LC_ALL=C.UTF-8
export XDG_CACHE_HOME=$top/cache GOCACHE="${GOCACHE:-$(go env GOCACHE)}"
unset DISPLAY WAYLAND_DISPLAY
trap 'wineserver -k >/dev/null 2>&1 || true; rm -rf "$top"' EXIT
fail() { printf 'windows: %s\n' "$*"; exit 1; }

# The prefix is made while the programs are compiled.
wineboot -i >/dev/null 2>&1 &
prefix=$!
mkdir "$top/linux" "$top/windows"
go build -o "$top/linux/" ./cmd/train ./cmd/sample
GOOS=windows go build -o "$top/windows/" ./cmd/train ./cmd/sample
tested="internal/held internal/untrusted checkpoints data"
for p in $tested; do
  GOOS=windows go test -c -o "$top/windows/test-$(basename "$p").exe" "./$p"
done
wait $prefix || fail "wineboot: status $?"
$compiler -Os -s -shared -o "$WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll" .ci/processprng.c -ladvapi32

linux() { local name=$1; shift; (cd "$top/linux" && "./$name" "$@"); }
windows() { local name=$1; shift; (cd "$top/windows" && wine "./$name.exe" "$@"); }

# both runs a command on both systems, which must succeed.
both() {
  for system in linux windows; do
    $system "$@" >"$top/$system.out" 2>"$top/$system.err" || {
      local status=$?
      cat "$top/$system.err"
      fail "$system: $*: status $status, want 0"
    }
  done
}

# agree compares files of a run by their bytes.
agree() {
  local run=$1 f; shift
  for f in "$@"; do
    cmp "$top/linux/$run/$f" "$top/windows/$run/$f" || fail "$run/$f is another than on Linux"
  done
}
checkpoints() { (cd "$top/linux/$1" && ls step-*); }
weights() { sed -n 's/.*"params_sha256": "\(.*\)".*/\1/p' "$top/$1/$2/run.json"; }
finished() {
  local on
  for on in linux windows; do
    grep -q '"status": "finished"' "$top/$on/$1/run.json" || fail "$on: $1 is not finished: $(cat "$top/$on/$1/run.json")"
  done
  [ -n "$(weights linux "$1")" ] && [ "$(weights linux "$1")" = "$(weights windows "$1")" ] ||
    fail "$1: weights $(weights windows "$1"), on Linux $(weights linux "$1")"
  echo "windows: ${1:0:20}: weights $(weights windows "$1"), as on Linux"
}

# The README's two commands, with fewer examples.
small="-set data.train=3000 -set data.valid=500 -set data.test=300"
both train -config experiments/vae.yaml $small -set train.epochs=2
finished runs/vae
both sample -n 64
agree runs/vae sample.png metrics.jsonl config.yaml curves.png samples-0002.png reconstructions-0002.png $(checkpoints runs/vae)

# A map, an evaluation with its page, a replay.
both sample map -run runs/vae
agree runs/vae map.png map.svg map.csv
both sample evaluate -html -run runs/vae
for on in linux windows; do
  # The time is another, and so are paths.
  sed -e '/"seconds":/d' -e 's/\\\\/\//g' "$top/$on/runs/vae/evaluate.json" >"$top/$on.report"
done
cmp "$top/linux.report" "$top/windows.report" || fail "$(diff "$top/linux.report" "$top/windows.report" | head -20)"
echo "windows: $(grep -c standard_error "$top/windows.report") figures of evaluate as on Linux, $(sha256sum <"$top/windows.report" | cut -c1-16)"
for on in linux windows; do # on both, the run of Windows
  $on train -verify "../windows/runs/vae" >"$top/verify.out" 2>&1 && grep -q 'every bit agrees' "$top/verify.out" ||
    fail "$on: train -verify: $(cat "$top/verify.out")"
done

# Steps that take less time than the clock of Windows ticks, on a long path that is not ASCII; a
# kill, Ctrl-C, and the end.
long="runs/Läufe 数字/$(printf 'x%.0s' $(seq 120))/$(printf 'y%.0s' $(seq 120))"
short="$small -set train.epochs=8 -set model.encoder.hidden=[16] -set train.batch=4 -set train.checkpoint.every=200"
linux train -config vae $short -out "$long" 2>/dev/null
for signal in KILL INT; do
  (cd "$top/windows" && exec wine ./train.exe -config vae $short -out "$long") 2>"$top/windows.err" &
  pid=$!
  for _ in $(seq 1200); do # until it has begun, and the first process has saved
    grep -q ' steps ' "$top/windows.err" && ls "$top/windows/$long"/step-* >/dev/null 2>&1 && break
    sleep 0.05
  done
  kill -$signal $pid
  status=0
  wait $pid 2>/dev/null || status=$?
  case $signal/$status in
    KILL/137) ;;
    INT/130) grep -q 'interrupted at step .*: saved ' "$top/windows.err" || fail "Ctrl-C: $(cat "$top/windows.err")" ;;
    *) fail "$signal: status $status: $(cat "$top/windows.err")" ;;
  esac
done
windows train -config vae $short -out "$long" 2>"$top/windows.err" || fail "resumed: $(cat "$top/windows.err")"
grep -q 'going on from' "$top/windows.err" || fail "resumed: $(cat "$top/windows.err")"
finished "$long"
agree "$long" metrics.jsonl samples-0008.png $(checkpoints "$long")

# What cannot begin leaves no folder; -fresh moves one aside.
status=0
windows train -config mnist-vae -set 'data.dir=C:\none' -out runs/none 2>"$top/windows.err" || status=$?
[ $status = 1 ] && ! [ -e "$top/windows/runs/none" ] && ! grep -qi 'unlink\|invalid' "$top/windows.err" ||
  fail "without data: status $status, $(cat "$top/windows.err")"
windows train -config pca $small -out runs/pca 2>/dev/null
windows train -config pca $small -out runs/pca -fresh 2>/dev/null && [ -e "$top/windows/runs/pca.1/run.json" ] || fail "-fresh: no runs/pca.1"

# Tests. Wine 8 cannot remove a file as Go's testing does at the end of a test.
for p in $tested; do
  name=$(basename "$p") only=.
  [ $p = checkpoints ] && only='Lock|Folder|WriteFile|OS|Prun|Latest|Written'
  out=$(cd "$p" && timeout 120 wine "$top/windows/test-$name.exe" -test.short -test.run "$only" 2>&1) || true
  rest=$(grep -vE '^ *--- FAIL: |^FAIL.?$|^PASS.?$|TempDir RemoveAll cleanup: .*Invalid function' <<<"$out" || true)
  [ -z "$rest" ] && grep -qE '^(PASS|FAIL)' <<<"$out" || fail "tests of $p: $out"
done
echo "windows: tests of $tested pass"
