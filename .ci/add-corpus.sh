#!/bin/sh
# Adds the briefings in corpus/ to the store; those that are in it already are left as they are.
set -eu
cd "$(dirname "$0")/.."

set --
for file in corpus/*.md; do
    case "$file" in */README.md) continue ;; esac
    if [ -f "$file" ]; then set -- "$@" "$file"; fi
done
if [ $# -eq 0 ]; then
    echo "There is no briefing in corpus/: add documents with .venv/bin/qa add"
    exit 0
fi
# Exit code 4 says that some could not be read; each is listed, and the others are there.
.venv/bin/python -m qa add "$@" || [ $? -eq 4 ]
