"""What the `tokenizers` library and transformers make of the corpora and folders of `lorgnette tokenizer train`.

    python tokenizer_train_peer.py compare FOLDER VOCABULARY SENTINELS TEXT...   exit status 0 where all is equal:
        FOLDER/tokenizer.json's vocabulary and merges with those of BpeTrainer on the same files, and the encodings of
        the folder loaded by AutoTokenizer and PreTrainedTokenizerFast with those of tokenizers.Tokenizer.from_file
    python tokenizer_train_peer.py golden fixtures/text                          writes corpus.txt and merges.json
"""
import json, random, sys
from pathlib import Path

LEADING = ["<pad>", "<s>", "</s>", "<image>", "[NLU]", "[NLG]", "[S2S]"]
SAMPLES = ["", "a", "a picture of a red apple.", "Question: What is this? Answer: it's a cat", "x\n\ny  z \t", "猫 🙂 naïve",
           "<s>a</s> b<extra_id_0><extra_id_7> c", "12345 don't\r\n", " ", "[S2S] the end</s>"]


def train(files, vocabulary, sentinels, special=()):
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    t = Tokenizer(models.BPE())
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    t.train(files, trainers.BpeTrainer(
        vocab_size=vocabulary - sentinels, special_tokens=LEADING + list(special), show_progress=False,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet())))
    return json.loads(t.to_str())["model"]


def compare(folder, vocabulary, sentinels, files):
    from tokenizers import Tokenizer
    from transformers import AutoTokenizer, PreTrainedTokenizerFast
    theirs = train(files, vocabulary, sentinels)
    ours = json.loads(Path(folder, "tokenizer.json").read_text())["model"]
    assert ours["vocab"] == theirs["vocab"], "vocabularies differ"
    assert [list(m) for m in ours["merges"]] == [list(m) for m in theirs["merges"]], "merges differ"
    base = Tokenizer.from_file(str(Path(folder, "tokenizer.json")))
    size = len(ours["vocab"]) + sentinels
    for loaded in (AutoTokenizer.from_pretrained(folder), PreTrainedTokenizerFast.from_pretrained(folder)):
        assert len(loaded) == size, (len(loaded), size)
        assert (loaded.bos_token, loaded.eos_token, loaded.pad_token) == ("<s>", "</s>", "<pad>")
        for index in range(sentinels):
            assert loaded.convert_tokens_to_ids(f"<extra_id_{index}>") == size - 1 - index
        for text in SAMPLES:
            ids = loaded(text).input_ids
            assert ids == base.encode(text).ids, (text, ids)
            assert loaded.decode(ids[1:]) == base.decode(ids[1:], skip_special_tokens=False), text


def golden(out):
    r = random.Random(11)
    letters, vowels = "bcdfghklmnprstvz", "aeiouéü"
    words = ["".join(r.choice(letters) + r.choice(vowels) for _ in range(r.randint(1, 4))) for _ in range(400)]
    lines = []
    for _ in range(420):
        line = " ".join(words[min(399, int(r.expovariate(1 / 60)))] for _ in range(r.randint(3, 12)))
        lines.append(line.capitalize() + r.choice([".", "!", "?", " 12.", "  ", "'s", ", 猫"]))
        if r.random() < 0.15:
            lines.append("")
    Path(out, "corpus.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    model = train([str(Path(out, "corpus.txt"))], 700, 16)
    tokens = sorted(model["vocab"], key=model["vocab"].get)
    Path(out, "merges.json").write_text(
        json.dumps({"vocabulary": 700, "sentinels": 16, "tokens": tokens, "merges": model["merges"]},
                   ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1] == "golden":
        golden(sys.argv[2])
    else:
        compare(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5:])
