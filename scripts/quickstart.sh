#!/usr/bin/env bash
# From a fresh checkout to a report: builds, draws a small image-caption data set, trains a small
# vision-language model through Stage-1, 1.5 and 2 with and without RSA, and measures both.
#
#   scripts/quickstart.sh [OPTIONS]      options of `rsa quickstart`, such as --seeds 3 or --out DIR
#
# What was stopped goes on with the same command; --afresh trains all again.
#
# Needs a JDK 17 and Maven; downloads nothing beyond what Maven does.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
exec "$root/scripts/rsa" quickstart "$@"
