# Sourced by tools/forge, tools/cast and tools/anvil: runs the binary inside the npm package of the
# platform directly, so that arguments, signals and exit codes pass through unchanged.

tool=$1
shift
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)

case "$(uname -s)" in
  Linux) os=linux ;;
  Darwin) os=darwin ;;
  *) os=unknown ;;
esac
case "$(uname -m)" in
  x86_64 | amd64) arch=amd64 ;;
  aarch64 | arm64) arch=arm64 ;;
  *) arch=unknown ;;
esac

binary="$root/node_modules/@foundry-rs/$tool-$os-$arch/bin/$tool"
if [ ! -x "$binary" ]; then
  echo "tools/$tool: $binary is missing: run \"npm ci\" in $root (Linux and macOS, amd64 and arm64, are supported)" >&2
  exit 127
fi
exec "$binary" "$@"
