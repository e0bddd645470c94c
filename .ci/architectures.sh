#!/usr/bin/env bash
# Runs small experiments on this machine and under emulation as other architectures have them, and
# compares every file that was written, to the digit; times are not compared. arm64 has the kernels
# of NEON and the portable ones; riscv64 has the portable ones, and so has s390x, whose bytes are
# the other way round. A run that is killed here is finished there, and the other way round.
#
#   architectures.sh [ARCHITECTURE...]        of arm64, s390x and riscv64; all if none is named
set -euo pipefail
cd "$(dirname "$0")/.."

[ $# -gt 0 ] || set -- arm64 s390x riscv64
if [ "$(go env GOHOSTOS)/$(go env GOHOSTARCH)" != linux/amd64 ]; then
  echo "architectures: left out: they are compared with linux/amd64, and this is another"
  exit 0
fi
emulator() {
  local name=$1
  [ "$name" = arm64 ] && name=aarch64
  command -v "qemu-$name-static" || command -v "qemu-$name" || true
}
if [ -z "$(emulator "$1")" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "architectures: installing qemu-user-static"
  { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y qemu-user-static; } >/dev/null 2>&1 || true
fi
for arch; do
  if [ -z "$(emulator "$arch")" ]; then
    echo "architectures: no emulator of $arch: nothing compared; install qemu-user-static"
    exit 0
  fi
done

began=$SECONDS
work=$(mktemp -d)
testing=
trap '[ -z "$testing" ] || kill "$testing" 2>/dev/null || true; rm -rf "$work"' EXIT
for arch in amd64 "$@"; do
  GOARCH=$arch CGO_ENABLED=0 go build -o "$work/bin/$arch/" ./cmd/train ./cmd/sample
done
built=$SECONDS

# The kernels of NEON against their twins, loop by loop, beside all that follows. That the twins are
# near the definition in double precision needs no emulator, nor do tests of memory, of the compiler
# of programs and of many draws.
case " $* " in *" arm64 "*)
  GOARCH=arm64 CGO_ENABLED=0 go test -short -vet=off -exec "$(emulator arm64)" -skip "AgainstDoublePrecision|AllocatesNothing|TakesTimeInProportion|LawsHave" ./kernel ./nn/... >"$work/tests" 2>&1 &
  testing=$!
  ;;
esac

# start PLACE PROGRAM sets run to what starts a program: here, or of an architecture, with the path
# of its kernels if the place has one, such as arm64-portable.
start() {
  local arch=${1%-*}
  run=("$work/bin/$arch/$2")
  [ "$arch" = here ] && run=("$work/bin/amd64/$2") || run=("$(emulator "$arch")" "${run[@]}")
  case $1 in *-*) run=(env "LATENTSPACE_KERNEL=${1#*-}" "${run[@]}") ;; esac
}

# on PLACE PROGRAM ARGUMENTS... runs a program in the folder of its place, or in $into.
on() {
  local place=$1 program=$2 folder=$work/${into:-$1} run
  start "$place" "$program"
  shift 2
  mkdir -p "$folder"
  if ! (cd "$folder" && "${run[@]}" "$@") >"$work/out" 2>&1; then
    printf 'architectures: %s: %s %s\n' "$place" "$program" "$*"
    cat "$work/out"
    exit 1
  fi
}

small=(-set data.train=160 -set data.valid=40 -set data.test=120 -set train.batch=40 -set train.samples=1)
vae=(-config vae "${small[@]}" -set model.latent=4 -set 'model.encoder.hidden=[24]')

# few are the commands of every place, and many those of arm64 besides.
few() {
  on "$1" train "${vae[@]}" -set train.epochs=2
  on "$1" sample -run runs/vae -n 9
  on "$1" train -config sentences "${small[@]}" -set train.epochs=1 -set model.encoder.units=9 -set 'model.decoder={kind: lstm, units: 9}'
  on "$1" sample -run runs/sentences -n 9
}
many() {
  on "$1" train -config gan -set data.train=44 -set data.valid=4 -set data.test=40 -set train.batch=20 -set train.epochs=1 \
    -set model.latent=4 -set 'model.generator.channels=[4, 4]' -set 'model.discriminator.channels=[4, 4]'
  on "$1" train -config pca -set data.train=30 -set data.valid=10 -set data.test=10 -set train.samples=1 -set model.latent=5
  on "$1" train -config sentences-ae "${small[@]}" -set train.epochs=1 \
    -set 'model.encoder={kind: conv, channels: 8, layers: 2}' -set 'model.decoder={kind: transformer, width: 16, heads: 2, layers: 1}'
  on "$1" sample -run runs/sentences-ae -n 3 -beams 3
  on "$1" train -config notes "${small[@]}" -set train.epochs=1 -set model.latent=4 -set 'model.encoder.channels=[4, 4]'
  on "$1" sample -run runs/notes -n 2
  on "$1" sample -run runs/gan -n 9
  on "$1" sample -run runs/vae -prior gmm -components 2 -n 9 -o gmm.png
  on "$1" sample interpolate -run runs/vae -method slerp -n 2
  on "$1" sample map -run runs/vae -method pca -o pca.png
  on "$1" sample map -run runs/vae -method tsne -n 60 -perplexity 5 -o tsne.png
  on "$1" sample map -run runs/vae -method tsne -n 60 -perplexity 5 -o tsne.svg
  on "$1" sample encode -run runs/vae -split test
  on "$1" sample evaluate -run runs/vae -k 5 -html
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

# same PLACE ANOTHER compares the folders of two places, of which the other has no file more.
same() {
  local file count=0 differ=0 figures=0
  while IFS= read -r file; do
    count=$((count + 1))
    if ! cmp -s <(without_times "$work/$2/$file") <(without_times "$work/$1/$file"); then
      echo "architectures: $1: $file differs"
      case $file in *.json* | *.html) diff <(without_times "$work/$2/$file") <(without_times "$work/$1/$file") | head -20 || true ;; esac
      differ=$((differ + 1))
    fi
    case $file in */evaluate.json) figures=$((figures + $(grep -c '"standard_error"' "$work/$2/$file"))) ;; esac
  done < <(cd "$work/$2" && find . -type f ! -name run.lock | sort)
  if [ "$(cd "$work/$2" && find . -type f | sort)" != "$(cd "$work/$1" && find . -type f | sort)" ]; then
    echo "architectures: $1: the files have other names"
    differ=$((differ + 1))
  fi
  echo "architectures: $1: $((count - differ)) of $count files the same to the byte, with $figures figures"
  [ "$differ" = 0 ]
}

long=("${vae[@]}" -set train.epochs=15 -set train.checkpoint.every=5)
last=runs/vae/step-00000045.safetensors # the last checkpoint of the long run

# killed PLACE begins the long run in the folder killed-PLACE, and ends the process after its first
# checkpoint.
killed() {
  local folder=$work/killed-$1 run process
  start "$1" train
  for _ in 1 2 3 4 5; do
    rm -rf "$folder" && mkdir "$folder"
    (cd "$folder" && exec "${run[@]}" "${long[@]}") >"$work/out" 2>&1 &
    process=$!
    until ls "$folder"/runs/vae/step-* >/dev/null 2>&1 || ! kill -0 $process 2>/dev/null; do sleep 0.01; done
    kill -9 $process 2>/dev/null || true
    wait $process 2>/dev/null || true
    if ls "$folder"/runs/vae/step-* >/dev/null 2>&1 && [ ! -e "$folder/$last" ]; then
      return
    fi
  done
  echo "architectures: $1: no run was killed between its first checkpoint and its last one"
  cat "$work/out"
  exit 1
}

# finished PLACE ANOTHER goes on at another place with what was killed at one.
finished() {
  local step
  cp -r "$work/killed-$1" "$work/$1-$2"
  step=$(cd "$work/$1-$2/runs/vae" && ls step-* | tail -1)
  into=$1-$2 on "$2" train "${long[@]}"
  if ! cmp "$work/whole/$last" "$work/$1-$2/$last"; then
    echo "architectures: a run that was killed on $1 after $step has other weights when $2 finishes it"
    exit 1
  fi
}

few here
cp -r "$work/here" "$work/few"
for arch; do
  if [ "$arch" = arm64 ]; then many here; fi
done
into=whole on here train "${long[@]}"
killed here
for arch; do
  case $arch in
  arm64)
    for place in arm64 arm64-portable; do
      few $place
      many $place
      same $place here
      finished here $place
    done
    ;;
  *)
    few "$arch"
    same "$arch" few
    finished here "$arch"
    ;;
  esac
  killed "$arch"
  finished "$arch" here
  echo "architectures: $arch: a run that was killed here is finished there, and the other way round, with the same bytes"
done
compared=$SECONDS

if [ -n "$testing" ]; then
  wait "$testing" || {
    cat "$work/tests"
    exit 1
  }
  testing=
  grep -v 'no test files' "$work/tests"
fi
echo "architectures: built in $((built - began)) s, compared in $((compared - built)) s, tested until $((SECONDS - built)) s"
