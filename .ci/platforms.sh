#!/usr/bin/env bash
# Builds the programs as other systems and processors have them, and vets the packages. Nothing of
# them is run: see architectures.sh and windows.sh. Code is compiled without optimization, which is
# faster, unless architectures.sh has compiled it.
#
# All packages are vetted with their tests where the code may differ in each, of 32 bits, and of
# arm64; elsewhere those that have files of their own for a system or a processor.
set -euo pipefail
cd "$(dirname "$0")/.."

began=$SECONDS count=0
special=$(go list -f '{{if or .IgnoredGoFiles .IgnoredOtherFiles}}{{.ImportPath}}{{end}}' ./...)
for platform in linux/arm64 linux/riscv64 darwin/arm64 windows/arm64 linux/386; do
  export GOOS=${platform%/*} GOARCH=${platform#*/} CGO_ENABLED=0
  quick=(-gcflags='all=-N -l') vetted=$special
  case $platform in linux/arm64 | linux/riscv64) quick=() ;; esac
  case $platform in linux/arm64 | linux/386) vetted=./... ;; esac
  # shellcheck disable=SC2086 # a list
  if ! go build "${quick[@]}" ./cmd/... || ! go vet "${quick[@]}" $vetted; then
    echo "platforms: $platform: the above"
    exit 1
  fi
  count=$((count + 1))
done
echo "platforms: $count build and vet; in $((SECONDS - began)) s"
