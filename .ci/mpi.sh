#!/usr/bin/env bash
# Trains as ranks of Open MPI and of MPICH, which are installed, or left out with a word where they
# cannot be: the same weights for any number of ranks, for a run whose ranks are killed and that others
# go on with, and one message for each mistake. KILLS=100 kills more often.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v mpirun.openmpi >/dev/null || ! command -v mpirun.mpich >/dev/null; then
  if [ "$(id -u)" != 0 ] || ! { apt-get update && apt-get install -y --no-install-recommends openmpi-bin mpich; } >/dev/null 2>&1; then
    echo "mpi: left out: Open MPI and MPICH are not installed and cannot be"
    exit 0
  fi
fi
work=$(mktemp -d)
started=
trap '[ -z "$started" ] || kill "$started" 2>/dev/null || true; rm -rf "$work"' EXIT
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_hwloc_base_binding_policy=none
export OMPI_MCA_mpi_yield_when_idle=1 OMPI_MCA_odls_base_sigkill_timeout=2
CGO_ENABLED=0 go build -o "$work/default" ./cmd/train
CGO_ENABLED=0 go build -tags mpi -o "$work/train" ./cmd/train
if readelf -d "$work/default" | grep NEEDED; then
  echo "mpi: the default program needs a library"
  exit 1
fi

# An experiment with what a step may have: two phases, averages, batch normalisation and dropout.
cat >"$work/gan.yaml" <<'YAML'
name: mpi
data: {kind: ring, train: 256, valid: 32, test: 32}
model:
  kind: gan
  latent: 2
  generator: {kind: mlp, hidden: [16], norm: batch}
  discriminator: {kind: mlp, hidden: [16], dropout: 0.2}
train: {batch: 32, epochs: 4, ema: 0.9, samples: 0, shards: 8, checkpoint: {every: 20}}
YAML

# run LAUNCHER RANKS FOLDER ARGUMENTS: trains as ranks.
run() {
  local launcher=$1 ranks=$2 out=$3
  shift 3
  exec timeout -k 5 300 "mpirun.$launcher" -n "$ranks" "$work/train" -mpi auto -config "$work/gan.yaml" -out "$out" -threads 1 "$@"
}

weights() { sed -n 's/.*"params_sha256": "\(.*\)".*/\1/p' "$1/run.json"; }

# losses: those that a run has logged.
losses() { sed -n -e 's/ *[0-9]* examples.s//' -e '/^epoch.*valid:/p' -e 's/^finished.*test:/test:/p' "$work/log"; }

fail() {
  echo "mpi: $1"
  cat "$work/log"
  exit 1
}

for shards in 4 8; do
  "$work/default" -config "$work/gan.yaml" -set "train.shards=$shards" -out "$work/alone$shards" >"$work/log" 2>&1 || fail "without ranks"
  alone=$(losses)
  for launcher in openmpi mpich; do
    for ranks in 1 2 4; do
      out=$work/$launcher-$ranks-$shards
      (run $launcher $ranks "$out" -set "train.shards=$shards") >"$work/log" 2>&1 || fail "$launcher, $ranks ranks: status $?"
      if [ "$(weights "$out")" != "$(weights "$work/alone$shards")" ]; then
        fail "$launcher: $ranks ranks that divide $shards shards have other weights than one process"
      fi
      if [ "$(losses)" != "$alone" ] || ! cmp -s "$out/metrics.jsonl" "$work/alone$shards/metrics.jsonl"; then
        fail "$launcher: $ranks ranks that divide $shards shards have other losses than one process:
$alone"
      fi
    done
  done
done

# says LAUNCHER WORDS ARGUMENTS: what two ranks say of a mistake, once.
says() {
  local launcher=$1 words=$2
  shift 2
  if (run "$launcher" 2 "$work/wrong" "$@") >"$work/log" 2>&1 || [ "$(grep -c -- "$words" "$work/log")" != 1 ]; then
    fail "$launcher: $*: want an error, and one line with: $words"
  fi
}
for launcher in openmpi mpich; do
  says $launcher "/nowhere/libmpi.so cannot be opened" -mpi /nowhere/libmpi.so
  says $launcher "2 ranks and train.shards: 1, want" -set train.shards=1
  says $launcher "want it to divide the 36 examples of train.batch" -set train.batch=36
done
says openmpi "the library is not the launcher's" -mpi libmpich.so.12
says mpich "the library is not the launcher's" -mpi libmpi.so.40

# members PID: the ranks among the processes that one has started.
members() {
  local child
  for child in $(ps -o pid= --ppid "$1"); do
    if [ "$(readlink "/proc/$child/exe")" = "$work/train" ]; then echo "$child"; fi
    members "$child"
  done
}

kills=${KILLS:-4} done=0 runs=0 differences=0 again=0
RANDOM=${SEED:-1}
while [ "$done" -lt "$kills" ]; do
  runs=$((runs + 1))
  long=(-set "seed=$runs" -set data.train=4096 -set train.epochs=25 -set train.checkpoint.every=100 -set "train.shards=$((4 << RANDOM % 2))")
  "$work/default" -config "$work/gan.yaml" -out "$work/whole$runs" "${long[@]}" >"$work/log" 2>&1 || fail "without ranks"
  while :; do
    launcher=$([ $((RANDOM % 2)) = 0 ] && echo openmpi || echo mpich)
    (run "$launcher" $((1 << RANDOM % 3)) "$work/killed$runs" "${long[@]}") >"$work/log" 2>&1 &
    started=$!
    if [ "$done" -lt "$kills" ]; then
      sleep "$((RANDOM % 3)).$((RANDOM % 10))"
      mapfile -t pids < <(members $started)
      if [ ${#pids[@]} -gt 0 ]; then
        kill "$([ $((RANDOM % 4)) = 0 ] && echo -TERM || echo -KILL)" "${pids[RANDOM % ${#pids[@]}]}" 2>/dev/null && done=$((done + 1))
      fi
    fi
    if wait $started; then break; fi
    started=
    if [ $((again += 1)) -gt $((20 + 3 * kills)) ]; then fail "the run in killed$runs does not come to its end"; fi
  done
  if [ "$(weights "$work/killed$runs")" != "$(weights "$work/whole$runs")" ]; then differences=$((differences + 1)); fi
done
echo "mpi: Open MPI and MPICH have the weights of one process; $done kills in $runs runs, $differences differences"
[ "$differences" = 0 ]
