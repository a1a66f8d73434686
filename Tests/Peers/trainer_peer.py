"""Trains byte-level BPE with the `tokenizers` library, for TextTokensTests to compare with.

    python trainer_peer.py OUT --seed 1 [--file TEXT]
"""
import argparse, json, os, random

from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers
from tokenizer_peer import QWEN, corpus, training_texts


def train(texts, o):
    t = Tokenizer(models.BPE())
    prefix = o.get("addsPrefixSpace", False)
    if "splitPattern" in o:
        t.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(o["splitPattern"]), "isolated"),
                                                   pre_tokenizers.ByteLevel(add_prefix_space=prefix, use_regex=False)])
    else:
        t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=prefix)
    options = dict(vocab_size=o["vocabularySize"], min_frequency=o.get("minimumFrequency", 0), show_progress=False,
                   special_tokens=o.get("specialTokens", []))
    if o.get("includesAllBytes", True):
        options["initial_alphabet"] = sorted(pre_tokenizers.ByteLevel.alphabet())
    if "maximumTokenLength" in o:
        options["max_token_length"] = o["maximumTokenLength"]
    if "alphabetLimit" in o:
        options["limit_alphabet"] = o["alphabetLimit"]
    t.train_from_iterator(texts, trainers.BpeTrainer(**options))
    return json.loads(t.to_str())["model"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--file")
    a = parser.parse_args()
    os.makedirs(a.out, exist_ok=True)
    r = random.Random(a.seed)
    fuzz = corpus(a.seed, 300)
    repetitive = ["".join(r.choice("ab ") for _ in range(60)) for _ in range(100)] + ["aaaa aaaaa abababab " * 3] * 5
    cases = [
        (training_texts(a.seed), dict(vocabularySize=700, specialTokens=["<s>", "</s>", "<pad>"])),
        (training_texts(a.seed), dict(vocabularySize=2000, minimumFrequency=3, includesAllBytes=False)),
        (fuzz, dict(vocabularySize=900, addsPrefixSpace=True, specialTokens=["a", "the", "Ġ"])),
        (fuzz, dict(vocabularySize=5000, minimumFrequency=2, splitPattern=QWEN)),
        (repetitive, dict(vocabularySize=400, includesAllBytes=False)),
        (repetitive, dict(vocabularySize=330, maximumTokenLength=5, specialTokens=["aa", "ab", "aaa"])),
        (["one two three two three three", "three zwei drei"], dict(vocabularySize=10_000, includesAllBytes=False)),
        (["abc" * 10, "abd" * 7, "ae" * 3, "f"], dict(vocabularySize=12, includesAllBytes=False, alphabetLimit=4)),
        ([], dict(vocabularySize=300)),
        (["text"], dict(vocabularySize=5)),
    ]
    if a.file:
        with open(a.file, encoding="utf-8", newline="") as f:
            cases.append((f.read().splitlines(keepends=True), dict(vocabularySize=8000, specialTokens=["<|endoftext|>"])))
    out = []
    for texts, options in cases:
        model = train(texts, options)
        out.append(dict(texts=texts if len(texts) < 2000 else None, options=options,
                        vocab=sorted(model["vocab"], key=model["vocab"].get), merges=model["merges"]))
    json.dump(out, open(os.path.join(a.out, "cases.json"), "w"))


if __name__ == "__main__":
    main()
