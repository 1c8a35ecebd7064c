#!/usr/bin/env bash
# Compares the looks of both themes with what is recorded, or records them anew.
#
#   tests/web/looks.sh MANCHETTE
#   UPDATE=1 tests/web/looks.sh MANCHETTE
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
sites=$(mktemp -d)
trap 'rm -rf "$sites"' EXIT
"$here/build.sh" "${1:?usage: [UPDATE=1] tests/web/looks.sh MANCHETTE}" "$sites" 2>/dev/null
failed=0
for theme in kiosque telex; do
  node "$here/layout.mjs" "$sites/$theme" "$here/looks/$theme.txt" || failed=1
done
exit "$failed"
