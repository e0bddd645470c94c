#!/usr/bin/env bash
# Trains, draws, maps and evaluates small models on this machine and as an arm64 build under
# emulation, and compares every file that they wrote, to the digit. Times are not compared.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "$(uname -m)" = aarch64 ]; then
  echo "arm64: this machine is one: nothing to compare"
  exit 0
fi
emulator=$(command -v qemu-aarch64-static || command -v qemu-aarch64 || true)
if [ -z "$emulator" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "arm64: installing qemu-user-static"
  { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y qemu-user-static; } >/dev/null 2>&1 || true
  emulator=$(command -v qemu-aarch64-static || true)
fi
if [ -z "$emulator" ]; then
  echo "arm64: no emulator: nothing compared; install qemu-user-static"
  exit 0
fi

began=$SECONDS
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -o "$work/bin/here/" ./cmd/train ./cmd/sample
GOARCH=arm64 CGO_ENABLED=0 go build -o "$work/bin/there/" ./cmd/train ./cmd/sample
built=$SECONDS

# both PROGRAM ARGUMENTS... runs a program here and there, in folders of their own.
both() {
  local program=$1 place run
  shift
  for place in here there; do
    run=("$work/bin/$place/$program" "$@")
    if [ "$place" = there ]; then
      run=("$emulator" "${run[@]}")
    fi
    mkdir -p "$work/$place"
    if ! (cd "$work/$place" && "${run[@]}") >"$work/out" 2>&1; then
      printf 'arm64: %s: %s %s\n' "$place" "$program" "$*"
      cat "$work/out"
      exit 1
    fi
  done
}

small=(-set data.train=160 -set data.valid=40 -set data.test=120 -set train.batch=40 -set train.samples=1)
both train -config vae "${small[@]}" -set train.epochs=2 -set model.latent=4 -set 'model.encoder.hidden=[24]'
both train -config gan -set data.train=44 -set data.valid=4 -set data.test=40 -set train.batch=20 -set train.epochs=1 \
  -set model.latent=4 -set 'model.generator.channels=[4, 4]' -set 'model.discriminator.channels=[4, 4]'
both train -config pca -set data.train=30 -set data.valid=10 -set data.test=10 -set train.samples=1 -set model.latent=5

both sample -run runs/vae -n 9
both sample -run runs/gan -n 9
both sample -run runs/vae -prior gmm -components 2 -n 9 -o gmm.png
both sample interpolate -run runs/vae -method slerp -n 2
both sample map -run runs/vae -method pca -o pca.png
both sample map -run runs/vae -method tsne -n 60 -perplexity 5 -o tsne.png
both sample map -run runs/vae -method tsne -n 60 -perplexity 5 -o tsne.svg
both sample encode -run runs/vae -split test
both sample evaluate -run runs/vae -k 5 -html

# What was trained here goes on there: from a checkpoint to the next, with the same bits.
(cd "$work/here" && "$emulator" "$work/bin/there/train" -verify runs/vae -last 3) >"$work/out" 2>&1 || {
  echo "arm64: a run from here does not go on there"
  cat "$work/out"
  exit 1
}

# without_times prints a file without the times and the names of machines in it. A rate is left
# out of a run that was too short for one, and its line with it.
without_times() {
  case $1 in
  *.json | *.jsonl | *.html)
    sed -E 's/&#34;/"/g; s/"(seconds|examples_per_second|fit_seconds)": ?[0-9.eE+-]+,?//g; s/"(arch|kernels|started)": ?"[^"]*",?//g; /^[[:space:]]*$/d' "$1"
    ;;
  *) cat "$1" ;;
  esac
}

count=0 differ=0 figures=0
while IFS= read -r file; do
  count=$((count + 1))
  if ! cmp -s <(without_times "$work/here/$file") <(without_times "$work/there/$file"); then
    echo "arm64: $file differs"
    case $file in *.json* | *.html) diff <(without_times "$work/here/$file") <(without_times "$work/there/$file") | head -20 || true ;; esac
    differ=$((differ + 1))
  fi
  case $file in */evaluate.json) figures=$((figures + $(grep -c '"standard_error"' "$work/here/$file"))) ;; esac
done < <(cd "$work/here" && find . -type f ! -name run.lock | sort)
if [ "$(cd "$work/here" && find . -type f | sort)" != "$(cd "$work/there" && find . -type f | sort)" ]; then
  echo "arm64: the files have other names"
  differ=$((differ + 1))
fi
echo "arm64: $((count - differ)) of $count files the same to the byte, with $figures figures; built in $((built - began)) s, compared in $((SECONDS - built)) s"
[ "$differ" = 0 ]
