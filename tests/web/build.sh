#!/usr/bin/env bash
# Builds the sites that are looked at here: the repository's and the one with hard content, each in every built-in theme.
#
#   tests/web/build.sh MANCHETTE FOLDER
#
# FOLDER/kiosque, FOLDER/telex, FOLDER/hard-kiosque, FOLDER/hard-telex, and FOLDER/then: the first one a day after its newest
# post, with news in its news sitemap. Nothing is written anywhere else.
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
manchette=$(realpath "${1:?usage: tests/web/build.sh MANCHETTE FOLDER}")
folder=${2:?usage: tests/web/build.sh MANCHETTE FOLDER}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
themes=(kiosque telex)
then=2025-10-25T12:00:00+02:00

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Another theme of a copy of a site: options belong to the theme that they were written for.
in_theme() { # in_theme SITE THEME
  grep -q '^name = ' <(sed -n '/^\[theme\]/,/^\[/p' "$1/site.toml") || { echo "build: $1/site.toml names no theme" >&2; exit 1; }
  if grep -q "^name = \"$2\"" <(sed -n '/^\[theme\]/,/^\[/p' "$1/site.toml"); then return; fi
  awk -v theme="$2" '
    /^\[/ { table = $0 }
    table ~ /^\[theme\.options/ { next }
    table == "[theme]" && /^name *=/ { print "name = \"" theme "\""; next }
    { print }' "$1/site.toml" >"$1/site.toml.new"
  mv "$1/site.toml.new" "$1/site.toml"
}

for theme in "${themes[@]}"; do
  site=$scratch/$theme
  mkdir "$site"
  for part in content themes static templates data site.toml; do
    [ ! -e "$repository/$part" ] || cp -r "$repository/$part" "$site/"
  done
  in_theme "$site" "$theme"
  "$manchette" build --strict --root "$site" --output "$folder/$theme"
  [ "$theme" != kiosque ] || "$manchette" build --strict --at "$then" --root "$site" --output "$folder/then"
  hard=$scratch/hard-$theme
  cp -r "$repository/tests/sites/hard-content" "$hard"
  cp -r "$repository/themes" "$hard/themes"
  in_theme "$hard" "$theme"
  arguments=()
  [ ! -e "$hard/arguments" ] || mapfile -t arguments <"$hard/arguments"
  "$manchette" build --root "$hard" --output "$folder/hard-$theme" "${arguments[@]}"
done
