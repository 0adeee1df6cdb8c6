#!/usr/bin/env bash
# Says in one line which Go is missing.
set -euo pipefail
wanted=$(awk '$1 == "go" { print $2 }' go.mod)
if ! command -v go >/dev/null; then
	echo "notegate needs Go $wanted or newer, and there is none: see https://go.dev/dl" >&2
	exit 1
fi
# A Go since 1.21 fetches a newer one by itself; where it cannot, its own version counts.
found=$(go version 2>/dev/null || GOTOOLCHAIN=local go version)
found=$(grep -oE 'go[0-9]+(\.[0-9]+)*' <<<"$found" | head -n 1 | cut -c 3-) || found=unknown
older=$(printf '%s\n%s\n' "$wanted" "$found" | sort -t. -k1,1n -k2,2n -k3,3n | head -n 1)
if [ "$older" != "$wanted" ] && [ "$found.0" != "$wanted" ]; then
	echo "notegate needs Go $wanted or newer, found $found: see https://go.dev/dl" >&2
	exit 1
fi
