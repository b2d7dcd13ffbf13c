#!/bin/sh
# What the tests use from outside Python: a real IMAP server and a real browser. Installed where that is allowed;
# elsewhere the tests that need them are skipped and say so.
missing=""
command -v dovecot >/dev/null 2>&1 || test -x /usr/sbin/dovecot || missing="$missing dovecot-imapd"
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
test -z "$missing" && exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then
    if sudo -n true 2>/dev/null; then as_root="sudo -n"; else as_root="no"; fi
fi
if [ "$as_root" != "no" ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing for the tests:$missing"
    if $as_root apt-get update -qq >/dev/null 2>&1 &&
        DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null 2>&1; then
        exit 0
    fi
fi
echo "Tests that need them will be skipped. To run them: sudo apt-get install$missing"
