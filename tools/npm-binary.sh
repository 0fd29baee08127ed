# Sourced by tools/forge, tools/cast and tools/anvil: runs the binary inside the npm package directly, so that
# arguments, signals and exit codes pass through unchanged. The pinned packages are for Linux on amd64; elsewhere
# the Foundry that is installed is used, which should be the same release.

tool=$1
shift
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
binary="$root/node_modules/@foundry-rs/$tool-linux-amd64/bin/$tool"

if [ "$(uname -s) $(uname -m)" != "Linux x86_64" ]; then
  binary=$(command -v "$tool" || true)
  if [ -z "$binary" ] || [ "$binary" -ef "$0" ]; then
    echo "tools/$tool: no $tool in PATH: install Foundry 1.7.1 (the npm packages of this repository are for Linux on amd64)" >&2
    exit 127
  fi
elif [ ! -x "$binary" ]; then
  echo "tools/$tool: $binary is missing: run \"npm ci\" in $root" >&2
  exit 127
fi
exec "$binary" "$@"
