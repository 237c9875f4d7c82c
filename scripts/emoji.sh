#!/usr/bin/env bash
# RSA on real pictures: fetches Noto emoji with npm, turns them into image-caption pairs, and trains
# and reports both arms as configs/emoji.yaml says.
#
#   scripts/emoji.sh [OUT] [OPTION...]   OUT is the directory of everything written (default:
#                                        out/emoji); options are rsa quickstart's
#   scripts/emoji.sh out/emoji --seeds 3 the study of docs/reproducing-the-paper.md
#
# The pictures and words are fetched, never part of this repository; docs/datasets.md names their
# licences. Needs npm, and the network on the first run.
set -euo pipefail

pictures=emoji-datasource-google@16.0.0
words=emojibase-data@17.0.0

fail() { # WHERE WHAT CURE
  printf 'error: %s: %s (%s)\n' "$1" "$2" "$3" >&2
  exit 2
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
out=$root/out/emoji
if [[ $# -gt 0 && $1 != -* ]]; then
  out=$1
  shift
fi
mkdir -p "$out" 2>/dev/null || fail "$out" "the directory cannot be made" "name another one"
packages=$out/packages
stamp=$packages/fetched

if [[ ! -e $stamp || $(<"$stamp") != "$pictures $words" ]]; then
  command -v npm >/dev/null || fail npm "not found, and the emoji have to be fetched first" \
    "install Node.js, which brings npm"
  echo "Fetching $pictures and $words (about 25 MB) ..." >&2
  mkdir -p "$packages"
  # No scripts of the packages are run, and nothing but the two is fetched.
  npm install --prefix "$packages" --ignore-scripts --legacy-peer-deps --no-save --no-package-lock \
    --no-audit --no-fund --no-update-notifier --loglevel=error --fetch-retries=1 \
    "$pictures" "$words" >&2 || fail npm \
    "could not fetch $pictures and $words, as shown above" \
    "check the network, or npm's registry and proxy settings"
  printf '%s\n' "$pictures $words" >"$stamp"
fi

"$root/scripts/rsa" data emoji --packages "$packages" --out "$out/emoji"
exec "$root/scripts/rsa" quickstart --config "$root/configs/emoji.yaml" --data "$out/emoji" --out "$out" \
  "$@"
