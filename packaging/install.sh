#!/bin/sh
# Installs the newest release of prober:
#
#   curl -fsSL https://github.com/OWNER/prober/releases/latest/download/install.sh | sh
#
# Puts the program into /usr/local/bin if that can be written, else into
# ~/.local/bin; PROBER_BIN names another folder. PROBER_RELEASE names another
# place to download from.
set -eu

main() {
    release=${PROBER_RELEASE:-https://github.com/OWNER/prober/releases/latest/download}
    target=$(target)
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT

    # One file lists the digests of all, so that no version has to be known.
    fetch "$release/SHA256SUMS" "$folder/SHA256SUMS"
    archive=$(sed -n "s/^[0-9a-f]*  \(prober-[^ ]*-$target\.tar\.gz\)\$/\1/p" "$folder/SHA256SUMS")
    [ -n "$archive" ] || fail "the release has nothing for $target; build it from source instead"
    fetch "$release/$archive" "$folder/$archive"
    (cd "$folder" && grep "  $archive\$" SHA256SUMS | check) ||
        fail "$archive is not what the release says: its SHA-256 differs. Nothing was installed."
    tar -xzf "$folder/$archive" -C "$folder"

    bin=$(bin)
    mkdir -p "$bin"
    # Put in place at once: a program that runs cannot be written over.
    cp "$folder/${archive%.tar.gz}/prober" "$bin/.prober.new"
    chmod 755 "$bin/.prober.new"
    mv "$bin/.prober.new" "$bin/prober"
    echo "installed $("$bin/prober" --version | head -n 1) as $bin/prober"
    case ":$PATH:" in
    *":$bin:"*) echo "next: prober init" ;;
    *) echo "$bin is not in your PATH. Next: $bin/prober init" ;;
    esac
}

target() {
    system=$(uname -s) cpu=$(uname -m)
    case $cpu in
    arm64) cpu=aarch64 ;;
    amd64) cpu=x86_64 ;;
    esac
    case $system in
    Linux) echo "$cpu-unknown-linux-musl" ;;
    Darwin) echo "$cpu-apple-darwin" ;;
    *) fail "there is no installer for $system; see the release's page" ;;
    esac
}

bin() {
    if [ -n "${PROBER_BIN:-}" ]; then
        echo "$PROBER_BIN"
    elif [ -w /usr/local/bin ]; then
        echo /usr/local/bin
    else
        echo "$HOME/.local/bin"
    fi
}

fetch() {
    if command -v curl >/dev/null; then
        curl -fsSL "$1" -o "$2" || fail "cannot download $1"
    elif command -v wget >/dev/null; then
        wget -qO "$2" "$1" || fail "cannot download $1"
    else
        fail "install curl or wget"
    fi
}

check() {
    if command -v sha256sum >/dev/null; then
        sha256sum -c - >/dev/null
    else
        shasum -a 256 -c - >/dev/null
    fi
}

fail() {
    echo "error: $*" >&2
    exit 1
}

# Called last, so that a download that breaks off does nothing.
main
