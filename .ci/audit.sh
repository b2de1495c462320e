#!/bin/sh
# Looks up every pin of constraints.txt among the known vulnerabilities, with Python's own pip-audit.
#
# It needs the Python Package Index (its data on vulnerabilities, which a mirror of packages lacks), and is no
# part of the tests: what is known changes from day to day.
set -eu
cd "$(dirname "$0")/.."

tool=build/audit
if ! "$tool/bin/pip-audit" --version >/dev/null 2>&1; then
    rm -rf "$tool"
    "${PYTHON:-python3}" -m venv "$tool"
    "$tool/bin/python" -m pip install -qq --no-input --disable-pip-version-check pip-audit ||
        { echo "pip-audit can't be installed: is the package index reachable?" >&2; exit 1; }
fi
report="$tool/report.json"
rm -f "$report"
# It ends with 1 where it finds something, and writes no report where it can't go on.
"$tool/bin/pip-audit" -r constraints.txt --no-deps --disable-pip --progress-spinner off \
    --format json --output "$report" 2>"$tool/messages" || true
[ -s "$report" ] || { tail -n 1 "$tool/messages" >&2; exit 1; }
"$tool/bin/python" - "$report" <<'PYTHON'
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    packages = json.load(file)["dependencies"]
known = [package for package in packages if "skip_reason" not in package]
if not known:
    sys.exit("The data on vulnerabilities can't be reached from here: nothing was audited.")
for package in packages:
    if "skip_reason" in package:
        print(f"not audited: {package['name']}: {package['skip_reason']}")
    for hole in package.get("vulns", []):
        fixed = ", ".join(hole["fix_versions"]) or "no version yet"
        print(f"{package['name']} {package['version']}: {hole['id']}, mended in {fixed}")
holes = sum(len(package["vulns"]) for package in known)
print(f"{len(known)} of {len(packages)} pins audited, {holes} known vulnerabilities")
sys.exit(holes > 0)
PYTHON
