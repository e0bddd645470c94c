#!/usr/bin/env bash
# Builds the programs and vets all packages with their tests, as other systems and processors have
# them. Nothing of them is run: see architectures.sh and windows.sh.
set -euo pipefail
cd "$(dirname "$0")/.."

began=$SECONDS count=0
for platform in linux/arm64 darwin/arm64 windows/arm64 freebsd/amd64 linux/386 linux/riscv64 linux/s390x linux/ppc64le linux/loong64; do
  export GOOS=${platform%/*} GOARCH=${platform#*/} CGO_ENABLED=0
  if ! go build ./... || ! go vet ./...; then
    echo "platforms: $platform: the above"
    exit 1
  fi
  count=$((count + 1))
done
echo "platforms: $count build and vet; in $((SECONDS - began)) s"
