#!/bin/sh
# Sees to it that the system libraries of the named groups are there: as root on Debian or Ubuntu it installs what is
# missing, otherwise it names the packages and fails. Silent and quick when nothing is missing.
# Usage: tools/system_packages.sh core|make|test|browser|node|java|postgres …
set -eu

PATH="$PATH:/usr/sbin:/sbin"
python=${PYTHON:-python3}

has_library() {
    ldconfig -p 2>/dev/null | grep -q "[[:space:]]$1 "
}

has_command() {
    command -v "$1" >/dev/null 2>&1
}

# Debian splits what makes a virtual environment from Python itself.
has_python() {
    has_command "$python" && "$python" -c 'import ensurepip, venv' >/dev/null 2>&1
}

# The oldest PostgreSQL the portal is tested on is 15; Debian keeps its programs out of the PATH.
has_postgres() {
    for program in /usr/lib/postgresql/*/bin/initdb "$(pg_config --bindir 2>/dev/null || true)/initdb"; do
        [ -x "$program" ] || continue
        version=$("$program" --version | sed -E 's/[^0-9]*([0-9]+).*/\1/')
        [ "$version" -ge 15 ] && return 0
    done
    return 1
}

has_browser() {
    has_command chromium-headless-shell || has_command chromium || has_command chromium-browser || has_command google-chrome
}

# The oldest Java that the HTML checker runs on is 17.
has_java() {
    has_command java || return 1
    version=$(java -version 2>&1 | sed -nE 's/.* version "([0-9]+).*/\1/p' | head -n 1)
    [ "${version:-0}" -ge 17 ]
}

missing_packages() {
    case $1 in
        core)
            has_python || echo python3 python3-venv
            has_library libpango-1.0.so.0 || echo libpango-1.0-0
            has_library libpangoft2-1.0.so.0 || echo libpangoft2-1.0-0
            has_library libharfbuzz-subset.so.0 || echo libharfbuzz-subset0
            has_library libfontconfig.so.1 || echo libfontconfig1
            ;;
        make)
            has_command make || echo make
            ;;
        test)
            { has_command pdfsig && has_command pdftotext; } || echo poppler-utils
            has_command softhsm2-util || echo softhsm2
            has_command openssl || echo openssl
            has_command qpdf || echo qpdf
            has_command zbarimg || echo zbar-tools
            ;;
        browser)
            has_browser || echo chromium-headless-shell
            ;;
        node)
            has_command node || echo nodejs
            has_command npm || echo npm
            ;;
        java)
            # 17 on Debian 12, a newer one after it.
            has_java || echo default-jre-headless
            ;;
        postgres)
            has_postgres || echo postgresql
            ;;
        *)
            echo "Unknown group of packages: $1" >&2
            exit 2
            ;;
    esac
}

missing_of_groups() {
    for group in "$@"; do
        missing_packages "$group"
    done | tr '\n' ' '
}

if [ $# -eq 0 ]; then
    echo "Usage: $0 core|make|test|browser|node|java|postgres …" >&2
    exit 2
fi

packages=$(missing_of_groups "$@")
[ -n "$packages" ] || exit 0

if [ "$(id -u)" -ne 0 ] || ! has_command apt-get; then
    echo "Missing on this machine. Please install, under these names on Debian and Ubuntu: $packages" >&2
    exit 1
fi

echo "Installing what is missing: $packages" >&2
export DEBIAN_FRONTEND=noninteractive
# Java's package writes into this folder, which small images leave out.
mkdir -p /usr/share/man/man1
apt="apt-get -qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3"
$apt update </dev/null >&2
# shellcheck disable=SC2086  # One word per package.
$apt install -y --no-install-recommends $packages </dev/null >&2

still=$(missing_of_groups "$@")
if [ -n "$still" ]; then
    echo "Installed, and yet too old or not found: $still" >&2
    exit 1
fi
