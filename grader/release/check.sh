#!/usr/bin/env bash
# The visible checks of every exercise. An exercise that was not begun is no failure; one that was begun and does not pass is.
# On GitHub the result is shown on the page of the run.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
summary="${GITHUB_STEP_SUMMARY:-/dev/null}"
failed=0

# Whether no check passes and each says that nothing is done yet: one function of two is more than that.
is_untouched() {
    local not_done failed
    not_done=$(grep -c '^not done yet$' <<<"$1")
    failed=$(sed -n 's/^test result: .* 0 passed; \([0-9]*\) failed.*/\1/p' <<<"$1" | tail -n 1)
    [ "$not_done" -gt 0 ] && [ "$not_done" = "$failed" ]
}

printf '| exercise | |\n|---|---|\n' >>"$summary"
for folder in exercises/*/; do
    slug=$(basename "$folder")
    printf '\n== %s\n' "$slug"
    output=$(cargo test --quiet -p "exercise-${slug%%-*}" 2>&1)
    status=$?
    printf '%s\n' "$output"
    if [ "$status" -eq 0 ]; then
        says="all checks pass"
    elif is_untouched "$output"; then
        says="not done yet"
    elif grep -q '^test result' <<<"$output"; then
        says="$(grep -o '[0-9]* passed; [0-9]* failed' <<<"$output" | tail -n 1)"
        failed=1
    else
        says="does not compile"
        failed=1
    fi
    printf '| %s | %s |\n' "$slug" "$says" >>"$summary"
done
exit "$failed"
