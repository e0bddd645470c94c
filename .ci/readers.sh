#!/usr/bin/env bash
# What is written for other programs is read by them: onnxruntime, TensorBoard and its Projector,
# safetensors. They are installed from PyPI into a folder, once for each set of versions; where that
# is not possible it says so and succeeds. With the argument install it does that alone.
# MLflow takes a minute and 850 MB: its test runs where the python3 of the path has it already.
set -euo pipefail
cd "$(dirname "$0")/.."

wanted="numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0 safetensors==0.8.0 setuptools==65.5.0 tensorboard==2.21.0"
folder=$PWD/.ci/readers
python=$folder/bin/python3

if [ "$(cat "$folder/versions" 2>/dev/null)" != "$wanted" ] || ! "$python" -c '' 2>/dev/null; then
  rm -rf "$folder"
  if ! command -v python3 >/dev/null || ! python3 -m venv "$folder" >/dev/null 2>&1 ||
    ! "$python" -m pip install -q --disable-pip-version-check --only-binary :all: $wanted >/dev/null 2>&1; then
    rm -rf "$folder"
    echo "readers: left out: $wanted cannot be installed here"
    exit 0
  fi
  echo "$wanted" >"$folder/versions"
fi
if [ "${1:-}" = install ]; then
  exit 0
fi

# tested runs tests of a package, none of which may be left out.
tested() {
  local package=$1 only=$2 out
  out=$(go test -count=1 -short -v -run "$only" "$package" 2>&1) && grep -q '^--- PASS' <<<"$out" && ! grep -q '^ *--- SKIP\|is not run:' <<<"$out" || {
    printf 'readers: %s: a test failed or was left out\n%s\n' "$package" "$out"
    exit 1
  }
  printf 'readers: %s: %s tests pass\n' "$package" "$(grep -c '^--- PASS' <<<"$out")"
}
if python3 -c 'import mlflow.server' 2>/dev/null; then
  tested ./training '^TestAServerOfMLflowHasARun$'
else
  echo "readers: MLflow is left out: python3 has none"
fi
export PATH=$folder/bin:$PATH LATENTSPACE_PYTHON=$python
tested ./export/onnx 'InOnnxruntime$'
tested ./training '^TestTensorBoardReadsARunThatWasKilledTwice$'
tested ./cmd/sample '^(TestTensorBoardReadsAnExportForTheProjector|TestTheScriptOfAModelCardMakesItsSamplesAgain)$'
