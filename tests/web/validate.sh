#!/usr/bin/env bash
# Validates a built site: every page with html-validate, every XML and JSON file by a parser, sitemaps by their schema.
#
#   tests/web/validate.sh OUTPUT
#
# Needs `npm ci` in this folder, and xmllint for the XML; without xmllint it says what it leaves out, and under CI=true
# that is a failure.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
output=${1:?usage: tests/web/validate.sh OUTPUT}
output=$(cd "$output" && pwd)
failed=0

files() { find "$output" -type f -name "$1" -print0 | sort -z; }

# html-validate, a batch of pages at a time.
pages=$(files '*.html' | tr -cd '\0' | wc -c)
if [ "$pages" -eq 0 ]; then
  echo "validate: no page in $output" >&2
  exit 1
fi
echo "validate: html-validate over $pages pages"
files '*.html' | xargs -0 -n 500 "$here/node_modules/.bin/html-validate" --config "$here/htmlvalidate.json" || failed=1

# JSON Feeds.
echo "validate: JSON files parse"
files '*.json' | xargs -0 --no-run-if-empty node -e '
  let bad = 0
  for (const file of process.argv.slice(1)) {
    try { JSON.parse(require("fs").readFileSync(file, "utf8")) } catch (error) { console.error(`${file}: ${error.message}`); bad = 1 }
  }
  process.exit(bad)' || failed=1

# Feeds, sitemaps, pictures.
if command -v xmllint >/dev/null; then
  echo "validate: XML and SVG files are well-formed"
  files '*.xml' | xargs -0 --no-run-if-empty xmllint --nonet --noout || failed=1
  files '*.svg' | xargs -0 --no-run-if-empty xmllint --nonet --noout || failed=1
  echo "validate: sitemaps against their schema"
  # An index of sitemaps has another schema; its parts are held to this one. The schema knows no sitemap without addresses,
  # but one of news is empty where nothing has happened for two days (docs/publishing.md).
  while IFS= read -r -d '' file; do
    grep -q '<urlset' "$file" || continue
    [ "$(basename "$file")" != sitemap-news.xml ] || grep -q '<url>' "$file" || continue
    printf '%s\0' "$file"
  done < <(files '*.xml') |
    xargs -0 --no-run-if-empty xmllint --nonet --noout --schema "$here/sitemap.xsd" 2>&1 | { grep -v ' validates$' || true; } || failed=1
elif [ "${CI:-}" = true ]; then
  echo "validate: xmllint is missing (apt install libxml2-utils)" >&2
  failed=1
else
  echo "validate: skipped the XML files: there is no xmllint (apt install libxml2-utils)"
fi

[ "$failed" -eq 0 ] || { echo "validate: FAILED" >&2; exit 1; }
echo "validate: all well"
