#!/bin/sh
# Makes a folder with a Python that has the newest peers from PyPI, for `go run ./bench`:
#
#	bench/peers.sh            bench/.peers, which git ignores, or the folder that PEERS names
#	bench/peers.sh FOLDER     another one, for -python FOLDER/bin/python
#
# PYTHON names the Python that it is made with (default python3). The packages take some 6 GB. What is
# there already is left as it is, so that a second run only checks; remove the folder to renew it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-${PEERS:-$here/.peers}}

[ -x "$folder/bin/python" ] || "${PYTHON:-python3}" -m venv "$folder"

# listed prints the packages that are missing, or all that are installed with their versions.
listed() {
	"$folder/bin/python" - "$1" <<'END'
import importlib.metadata as installed, sys
for name in "torch tensorflow-cpu jax scikit-learn openTSNE umap-learn onnx onnxruntime".split():
    try:
        if sys.argv[1] == "there":
            print(name, installed.version(name))
        else:
            installed.version(name)
    except installed.PackageNotFoundError:
        if sys.argv[1] == "missing":
            print({"jax": "jax[cpu]"}.get(name, name))
END
}

missing=$(listed missing)
if [ -n "$missing" ]; then
	# shellcheck disable=SC2086 # words, one package each
	"$folder/bin/python" -m pip install --quiet --disable-pip-version-check $missing
fi
listed there
sed -n 's/^model name[^:]*: */processor: /p' /proc/cpuinfo 2>/dev/null | head -n 1
echo "$folder/bin/python has the peers"
