#!/bin/sh
# Shows that ready-made wheels exist for everything in locks/agent.txt on a 64-bit Raspberry Pi (aarch64), for the Python
# of Raspberry Pi OS 12 and 13, hashes included: a cabinet's machine never has to compile.  Downloads to a scratch folder.
set -eu
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/tool"
for version in 3.11 3.13; do
    mkdir "$folder/$version"
    "$folder/tool/bin/pip" download --quiet --disable-pip-version-check --require-hashes --only-binary=:all: --no-deps \
        --platform manylinux2014_aarch64 --platform manylinux_2_28_aarch64 --platform manylinux_2_34_aarch64 \
        --python-version "$version" --dest "$folder/$version" -r locks/agent.txt
    echo "Python $version, aarch64: $(find "$folder/$version" -name '*.whl' | wc -l) wheels"
done
