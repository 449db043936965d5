#!/bin/sh
# Make .venv from the lock files: `environment.sh run` what running needs, `environment.sh test`
# what testing adds. Does nothing when nothing changed.
set -eu
cd "$(dirname "$0")/.."
kind=${1:-run}
venv=.venv
needed_mb=3000

say() { printf '%s\n' "$*" >&2; }
fail() { say "$1"; say "$2"; exit 1; }

find_python() {
    for candidate in ${PYTHON:-} python3 python3.11 python3.12 python3.13 python3.14 python; do
        if command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    found=$(python3 --version 2>&1) || found="no python3"
    fail "Python 3.11 or newer is needed, found $found: install it, or run 'make PYTHON=/path/to/python …'." \
        "需要 Python 3.11 或更高版本，当前为 $found：请安装，或运行 'make PYTHON=/path/to/python …'。"
}

# A moved checkout, another interpreter or a changed lock makes another fingerprint.
fingerprint() {
    { pwd; "$venv/bin/python" -VV; cat pyproject.toml requirements.lock tools/environment.sh
      if [ "$1" = test ]; then cat requirements-dev.lock; fi; } 2>/dev/null | cksum
}

done_already() {
    [ -x "$venv/bin/python" ] && [ "$(cat "$venv/.installed-$1" 2>/dev/null)" = "$(fingerprint "$1")" ]
}

make_venv() {
    if [ -d "$venv" ] && [ "$(cat "$venv/.place" 2>/dev/null)" = "$(pwd)" ] &&
        "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
        return
    fi
    python=$(find_python)
    free_mb=$(df -Pm . | awk 'NR == 2 { print $4 }')
    if [ "${free_mb:-$needed_mb}" -lt "$needed_mb" ]; then
        fail "Only $free_mb MB are free here and the installation needs about $needed_mb MB: free some space." \
            "此处仅剩 $free_mb MB，安装约需 $needed_mb MB：请先腾出空间。"
    fi
    rm -rf "$venv"
    say "Making $venv with $("$python" --version) …"
    if ! "$python" -m venv "$venv" >"venv.log" 2>&1; then
        tail -n 3 venv.log >&2
        rm -rf "$venv" venv.log
        fail "Python's venv module does not work here: on Debian or Ubuntu, install the package python3-venv." \
            "Python 的 venv 模块不可用：在 Debian 或 Ubuntu 上请安装软件包 python3-venv。"
    fi
    rm -f venv.log
    pwd >"$venv/.place"
}

install() {
    # --no-deps: exactly the locked versions, nothing that is not in the lock.
    "$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-input --no-deps \
        --no-compile --only-binary :all: "$@" ||
        fail "pip could not install the locked packages: see its message above; the next 'make' continues here." \
            "pip 未能安装锁定的软件包：请看上面的信息；下次运行 make 会从这里继续。"
}

if done_already "$kind"; then exit 0; fi
make_venv
rm -f "$venv/.installed-$kind"
if ! done_already run; then
    say "Installing $(grep -c == requirements.lock) locked packages (a minute or two) …"
    install -r requirements.lock
    "$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-input --no-deps \
        --no-build-isolation --editable .
    "$venv/bin/python" tools/check_environment.py
    fingerprint run >"$venv/.installed-run"
fi
if [ "$kind" = test ]; then
    say "Installing $(grep -c == requirements-dev.lock) packages for the tests …"
    install -r requirements-dev.lock
    fingerprint test >"$venv/.installed-test"
fi
