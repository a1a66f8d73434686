#!/bin/sh
# What the decoder's techniques are worth, by training twins that differ in one choice; README has the figures.
# Texts are ../shared/data/text: stories to learn, others to be measured on.
#   sh recipes/proofs.sh [LORGNETTE [THREADS]]
set -eu
cd "$(dirname "$0")/.."
lorgnette=${1:-.build/release/lorgnette}
threads=${2:-2}
runs=../runs/proofs
mkdir -p $runs
head -c 200000 ../shared/data/text/stories_test.txt | iconv -f utf-8 -t utf-8 -c > $runs/held-out.txt

# train NAME KEY=VALUE...: the twin NAME.
train() {
    name=$1; shift; sets=
    for pair in "$@"; do sets="$sets --set $pair"; done
    # shellcheck disable=SC2086
    [ -d $runs/"$name"/model ] || "$lorgnette" pretrain recipes/proofs.yaml -o $runs/"$name" --threads "$threads" --quiet $sets
}
# measure NAME WINDOW: nats a token of the held-out text, read in windows.
measure() {
    "$lorgnette" eval -m $runs/"$1"/model --tasks perplexity --data $runs/held-out.txt --window "$2" --threads "$threads" --quiet |
        sed -n 's/.*"nats_per_token": *\([0-9.]*\).*/\1/p'
}

echo "# positions: trained on 128 tokens, read in windows of 128 and of 512"
for kind in xpos rope; do
    train $kind model.position_embedding_type=$kind
    echo "$kind $(measure $kind 128) $(measure $kind 512)"
done
echo "# experts: eight of 256 hidden units, one a token, beside a feed-forward of 256"
train moe8 model.experts.routing=switch model.experts.count=8 model.experts.per_token=1 model.experts.intermediate_size=256
echo "dense-256 $(measure xpos 128)"
echo "moe8 $(measure moe8 128)"
echo "# one in eight of 1,024 hidden units, hard masks, between all of them and an eighth"
train dense-1024 model.intermediate_size=1024
train dense-128 model.intermediate_size=128
train sparse model.intermediate_size=1024 model.sparsity.block_size=8 model.sparsity.controller_rank=16
for name in dense-1024 sparse dense-128; do echo "$name $(measure $name 128)"; done
