#!/bin/sh
# Make sure Chromium and Chinese fonts are there for the tests of the page; never fails.
browser() {
    command -v chromium || command -v chromium-browser || command -v google-chrome
}
fonts() {
    command -v fc-list && [ -n "$(fc-list :lang=zh family)" ]
}
browser >/dev/null 2>&1 && fonts >/dev/null 2>&1 && exit 0
as_root=
if [ "$(id -u)" != 0 ]; then as_root="sudo -n"; fi
if command -v apt-get >/dev/null 2>&1 && { [ -z "$as_root" ] || $as_root true 2>/dev/null; }; then
    echo "Installing Chromium and Chinese fonts for the tests of the page ..." >&2
    # Other package managers' locks are waited for; the tests must not hang on a dead mirror.
    if $as_root timeout 300 sh -c 'export DEBIAN_FRONTEND=noninteractive
        apt-get -qq -o DPkg::Lock::Timeout=60 install -y --no-install-recommends chromium fonts-noto-cjk ||
        { apt-get -qq update &&
          apt-get -qq -o DPkg::Lock::Timeout=60 install -y --no-install-recommends chromium fonts-noto-cjk; }' \
        >/dev/null 2>&1; then
        exit 0
    fi
fi
browser >/dev/null 2>&1 && { echo "WARNING: no Chinese fonts here: pictures will lack characters." >&2; exit 0; }
echo "WARNING: no Chromium here and none could be installed: THE BROWSER TESTS WILL BE SKIPPED." >&2
exit 0
