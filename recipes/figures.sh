#!/bin/sh
# Every figure of the shipped model's card: runs over the dev splits of ../shared/data and of ../runs/scenes (recipes/data.sh makes it).
#   sh recipes/figures.sh [LORGNETTE [MODEL]]
# Each run's results.json and report.html have the scores with their intervals, the blind, shuffled and majority baselines, and
# every question's own.
set -eu
cd "$(dirname "$0")/.."
lorgnette=${1:-.build/release/lorgnette}
[ $# -lt 2 ] || export LORGNETTE_MODEL="$2"
runs=../runs/figures
mkdir -p $runs
score() { name=$1; shift; echo "== $name"; "$lorgnette" eval --tasks pairs -o "$runs/$name" --quiet "$@" > "$runs/$name.json"; }

for set in emoji grocery clothing coins trash signdigits cards nlvr; do
    score $set --data ../shared/data/$set/pairs.jsonl --split dev
    # Questions in words that training did not use.
    score $set-held-out --data ../runs/words/$set-held-out.jsonl --split dev --baselines none
    # Nothing of the picture in the image tokens.
    score $set-ablated --data ../shared/data/$set/pairs.jsonl --split dev --ablate queries --baselines none
done
score scenes --data ../runs/scenes/pairs.jsonl --split dev
score scenes-compose --data ../runs/scenes/pairs.jsonl --split compose
# Photographs of things that it never learned: its confidence must tell.
score unknown --data ../shared/data/coco_cc/pairs.jsonl --split outside --baselines none
known=
for set in emoji grocery clothing coins trash signdigits cards; do known="$known $runs/$set"; done
# shellcheck disable=SC2086
"$lorgnette" eval confidence $known $runs/nlvr $runs/scenes --plot $runs/confidence.svg | tee $runs/confidence.txt
# shellcheck disable=SC2086
"$lorgnette" eval confidence $known $runs/scenes --against $runs/unknown --rows captions | tee $runs/known.txt
