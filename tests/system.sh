#!/bin/sh
# Install what the tests use from the system: Chromium with what drives it, PostgreSQL 15 beside our own, Postfix, Sendmail,
# Dovecot, and the sample letters of Python's own tests.
set -eu
missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
ls /usr/lib/*/libatomic.so.1 >/dev/null 2>&1 || missing="$missing libatomic1"
[ -x /usr/lib/postgresql/15/bin/postgres ] || missing="$missing postgresql-15"
[ -x /usr/sbin/postfix ] || missing="$missing postfix"
[ -x /usr/lib/dovecot/imap ] || missing="$missing dovecot-imapd"
"${PYTHON:-python3.11}" -c "import test.test_email" >/dev/null 2>&1 || missing="$missing libpython3.11-testsuite"
away=/usr/local/lib/avow-tests/sendmail
[ -x $away/usr/libexec/sendmail/sendmail ] || missing="$missing m4 libdb5.3 libldap-2.5-0 liblockfile1 libnsl2 libsasl2-2 libwrap0"
[ -z "$missing" ] && exit 0
echo "make test needs these Debian packages and installs them with apt:$missing"
if [ "$(id -u)" = 0 ]; then as=""; elif command -v sudo >/dev/null 2>&1; then as="sudo"; else
  echo "Not root and no sudo: run as root: apt-get install$missing" >&2; exit 1
fi
$as apt-get update -qq
DEBIAN_FRONTEND=noninteractive $as apt-get install -y -qq --no-install-recommends $missing >/dev/null
# Debian's Sendmail and Postfix exclude each other, so Sendmail is unpacked beside it, for the tests alone.
if ! [ -x $away/usr/libexec/sendmail/sendmail ]; then
  got=$(mktemp -d); chmod 755 "$got"
  (cd "$got" && apt-get download -qq sendmail-bin sendmail-cf 2>/dev/null)
  $as mkdir -p $away
  for one in "$got"/*.deb; do $as dpkg -x "$one" $away; done
  rm -r "$got"
fi
