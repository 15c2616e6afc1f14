# shellcheck shell=sh disable=SC2154
# Sourced by ./run and ./test with $lock set: afterwards .venv holds at least what that lock file pins.
# Needs uv, or Python 3.11+ with venv; as root on Debian or Ubuntu the latter is installed when it is missing.
# A mirror is honoured: PIP_INDEX_URL (or pip's configuration), UV_DEFAULT_INDEX.

say() { printf '%s\n' "$*" >&2; }

apt_install() {
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120 update &&
        apt-get -qq -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120 install -y --no-install-recommends "$@" >/dev/null
}

may_apt() { [ "$(id -u)" = 0 ] && [ -z "${GONGGUAN_NO_APT:-}" ] && command -v apt-get >/dev/null; }

find_python() {
    for candidate in "${PYTHON:-python3}" python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    return 1
}

fill_with_uv() {
    [ -z "${PIP_INDEX_URL:-}" ] || export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$PIP_INDEX_URL}"
    { [ -x .venv/bin/python ] || uv venv --quiet --clear --python '>=3.11' .venv; } &&
        uv pip install --quiet --compile-bytecode --python .venv/bin/python --require-hashes -r "$lock"
}

fill_with_pip() {
    if ! python=$(find_python); then
        may_apt || {
            say "Python 3.11 or newer with venv is needed:  sudo apt-get install python3-venv  (or install uv)"
            return 1
        }
        say "installing python3-venv ..."
        apt_install python3 python3-venv ca-certificates && python=$(find_python) || return 1
    fi
    # A venv that uv made, or whose Python was upgraded underneath it, has no pip: start afresh.
    { .venv/bin/python -m pip --version >/dev/null 2>&1 || "$python" -m venv --clear .venv; } &&
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
}

# What was installed, and for which Python: a changed lock or an upgraded system is noticed without starting Python.
state() { printf '%s %s\n' "$(sha256sum <"$lock")" "$(readlink -f .venv/bin/python)"; }

stamp=.venv/.installed-${lock##*/}
if ! [ -x .venv/bin/python ] || [ "$(cat "$stamp" 2>/dev/null)" != "$(state)" ]; then
    say "preparing .venv from $lock ..."
    { command -v uv >/dev/null && fill_with_uv; } || fill_with_pip || exit 1
    # Now rather than while somebody waits for the first start, which would take three times as long.
    .venv/bin/python -m compileall -q firmware_protocol device_agent server || exit 1
    state >"$stamp"
fi
