#!/bin/sh
# The data of the model that ships, beside the repository: drawn scenes, and every set's rows with its questions in other words.
#   sh recipes/data.sh [LORGNETTE]
set -eu
cd "$(dirname "$0")/.."
lorgnette=${1:-.build/release/lorgnette}
mkdir -p ../runs/words
[ -d ../runs/scenes ] || "$lorgnette" data scenes -o ../runs/scenes --count 20000 --size 64 --split train=0.96,dev=0.02,compose=0.02 --quiet
for set in emoji grocery clothing coins trash signdigits cards nlvr; do
    "$lorgnette" data rephrase "../shared/data/$set/pairs.jsonl" --phrasings recipes/phrasings.json -o "../runs/words/$set.jsonl"
    "$lorgnette" data rephrase "../shared/data/$set/pairs.jsonl" --phrasings recipes/phrasings-held-out.json --replace -o "../runs/words/$set-held-out.jsonl"
done
"$lorgnette" data rephrase ../runs/scenes/pairs.jsonl --phrasings recipes/phrasings.json -o ../runs/words/scenes.jsonl
