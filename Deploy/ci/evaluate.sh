#!/usr/bin/env bash
# One evaluation of a change, the same on every build server. It is told what to do by the environment:
#   LLMOPS_SUITE      the suite's file, for example suites/guest-agent.yaml
#   LLMOPS_BASE       the protected branch, for example origin/main: policy, baseline prompt and recordings are its, never the change's
#   LLMOPS_APP        the application's folder (.)
#   LLMOPS_BASELINE   base: the branch's prompt runs on the same dataset · production: the newest report of what is live · or a report's file (base)
#   LLMOPS_PROMPT     the prompt file that the branch's version is taken of; needed with base
#   LLMOPS_REPLAY     a recording on the protected branch: no model is asked and no secret is needed
#   LLMOPS_OUT        where report.json, junit.xml, comment.md and findings.sarif go (llmops-out)
#   LLMOPS            the command (the one of this checkout, built when needed)
# Exit: 0 pass, 1 could not do it, 2 inconclusive, 100 a gate failed or the files are not in order.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
llmops=${LLMOPS:-$here/../../llmops}
suite=${LLMOPS_SUITE:?names the suite, for example suites/guest-agent.yaml}
base=${LLMOPS_BASE:?names the protected branch, for example origin/main}
baseline=${LLMOPS_BASELINE:-base}
mkdir -p "${LLMOPS_OUT:-llmops-out}/base"
out=$(cd "${LLMOPS_OUT:-llmops-out}" && pwd)
cd "${LLMOPS_APP:-.}"
github=()
[ "${GITHUB_ACTIONS:-}" != true ] || github=(--github)
replay=()

# The protected branch's copy of a file, large files included.
protected() {
  git cat-file --filters "$base:./$1" > "$out/base/$(basename "$1")" && printf '%s\n' "$out/base/$(basename "$1")"
}

if [ -n "${LLMOPS_REPLAY:-}" ]; then
  recording=$(protected "$LLMOPS_REPLAY") # on a line of its own: only then does its failure end the script
  replay=(--replay "$recording")
fi

valid=0
"$llmops" validate . --sarif "$out/findings.sarif" ${github[@]+"${github[@]}"} || valid=$?

compare=()
case $baseline in
  base)
    if prompt=$(protected "${LLMOPS_PROMPT:?names the prompt file whose version on the protected branch is the baseline}"); then
      # What the baseline's own gates say (2, 100) does not matter here; without its report nothing is compared, and nothing passes for it.
      "$llmops" eval "$suite" --prompt "$prompt" --base "$base" ${replay[@]+"${replay[@]}"} --out "$out/baseline.json" || true
      [ ! -f "$out/baseline.json" ] || compare=(--baseline "$out/baseline.json")
    fi
    ;;
  production) compare=(--baseline production) ;;
  *)
    report=$(protected "$baseline")
    compare=(--baseline "$report")
    ;;
esac

decided=0
"$llmops" eval "$suite" --base "$base" ${compare[@]+"${compare[@]}"} ${replay[@]+"${replay[@]}"} ${github[@]+"${github[@]}"} \
  --out "$out/report.json" --junit "$out/junit.xml" --markdown "$out/comment.md" || decided=$?

[ "$decided" -eq 0 ] || exit "$decided"
exit "$valid"
