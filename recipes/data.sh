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
# Documents for recipes/interleaved.yaml: up to four solved examples and a question, and captions woven with stories.
words=
for set in emoji grocery clothing coins trash signdigits cards nlvr scenes; do words="$words ../runs/words/$set.jsonl"; done
mkdir -p ../runs/interleaved
# shellcheck disable=SC2086
"$lorgnette" data interleave $words --text ../shared/data/text/stories_train.txt --documents 40000 --dev 512 --fewest 0 \
    --examples 4 --same-answer 0.6 --renamed 0.2 --woven 0.1 -o ../runs/interleaved/documents.jsonl
