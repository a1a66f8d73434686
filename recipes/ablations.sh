#!/bin/sh
# The decoder of recipes/decoder.yaml without one of its parts at a time, and a dense one of as many active parameters: a short run
# each, the same texts, tokens and schedule for all. recipes/data.sh comes first. It has not been run as a whole.
#   sh recipes/ablations.sh [LORGNETTE [THREADS]]
set -eu
cd "$(dirname "$0")/.."
lorgnette=${1:-.build/release/lorgnette}
threads=${2:-2}
runs=../runs/ablations
mkdir -p $runs

# run NAME KEY=VALUE...: trains it and says how it predicts held-out books.
run() {
    name=$1; shift
    if [ ! -d $runs/"$name"/model ]; then
        tokenizer=
        [ ! -d $runs/full/tokenizer ] || tokenizer="--set tokenizer.path=$runs/full/tokenizer"
        # shellcheck disable=SC2086
        "$lorgnette" pretrain recipes/decoder.yaml -o $runs/"$name" --threads "$threads" --quiet --set steps=600 --set batch=8 \
            --set accumulation=1 --set warmup_steps=60 --set dev.every=0 --set checkpoint_every=600 $tokenizer "$@"
    fi
    "$lorgnette" eval -m $runs/"$name"/model --tasks perplexity --data ../shared/data/text/stories_test.txt --threads "$threads" \
        --quiet > $runs/"$name".json
    echo "$name" "$(sed -n 's/.*"bits_per_byte": *\([0-9.]*\).*/\1/p' $runs/"$name".json)" bits per byte
}

run full
run no-sparse --set model.sparsity=null
run no-experts --set model.experts=null --set model.intermediate_size=512
run no-xpos --set model.position_embedding_type=rope
causal=
for entry in 0 1 2; do causal="$causal --set text.$entry.denoisers.ul2=0 --set text.$entry.denoisers.causal=1"; done
# shellcheck disable=SC2086
run no-ul2 $causal --set text.3.denoisers.ul2-small=0 --set text.3.denoisers.causal=1
# What a token reads of a layer: two experts' controllers and one in eight of their rows, 53,000 numbers.
run dense --set model.experts=null --set model.sparsity=null --set model.intermediate_size=144
