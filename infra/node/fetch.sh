#!/bin/sh
# fetch.sh WORK TO: fetches the packages of package-lock.json with npm and makes the folder TO, what the
# image has in /opt/leo/npm. WORK is an empty folder for the time being.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(cd "$1" && pwd)
to=$2

# npm fills a cache of its own, by the lock file and then without it, so that it asks for the versions of every
# package, also of those for other machines.
for folder in locked free; do
    mkdir "$work/$folder"
    cp "$here/package.json" "$here/.npmrc" "$work/$folder"
done
cp "$here/package-lock.json" "$work/locked"
(cd "$work/locked" && npm ci --silent --ignore-scripts --cache "$work/cache")
(cd "$work/free" && npm install --silent --ignore-scripts --package-lock-only --cache "$work/cache")
(cd "$here" && npm run --silent cache -- "$work/cache" "$to")
rm -rf "$work/locked" "$work/free" "$work/cache"
