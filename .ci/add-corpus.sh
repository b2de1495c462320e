#!/bin/sh
# Adds the briefings in corpus/ to the store; those that are in it already are left as they are.
set -eu
cd "$(dirname "$0")/.."

# Exit code 4 says that some could not be read; each is listed, and the others are there.
.venv/bin/python -m qa add corpus || [ $? -eq 4 ]
