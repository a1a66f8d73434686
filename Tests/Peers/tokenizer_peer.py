"""Writes what the `tokenizers` library (and transformers) makes of texts, for TextTokensTests to compare with.

    python tokenizer_peer.py variants OUT --seed 1 [--count 200]   tokenizers built here, one for every component
    python tokenizer_peer.py folders OUT FOLDER... [--seed 1]      the tokenizer.json of those folders
    python tokenizer_peer.py transformers OUT FOLDER...            what AutoTokenizer makes of those folders
    python tokenizer_peer.py unicode OUT --seed 1 [--count 4000]   variants, of texts with every scalar of some blocks
    python tokenizer_peer.py goldens fixtures/tokens --seed 7      the committed goldens: small ones of these, all in one
    python tokenizer_peer.py made OUT --seed 1                     the same of folders without tokenizer.json, made here

OUT gets `cases.json` and, for variants, one tokenizer file each. Everything is generated; nothing is downloaded.
"""
import argparse, json, os, random, sys

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
import tokenizers
from tokenizers import (AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors,
                        trainers)

WORDS = ("a the two cat cats don't I'll we've they're it's dog sitting couch red green photo question: answer "
         "Zürich café naïve ÀÉÎõü straße İstanbul ŉ ﬁn ½ x² Ⅷ e\u0301 o\u0308\u0323 日本語 テスト 漢字かな 한국어 각 "
         "\u1112\u1161\u11ab مرحبا שָׁלוֹם नमस्ते ภาษาไทย русский Ελληνικά ΣΊΣΥΦΟΣ 123 3.14 1,000 ١٢٣ ٣ Ⅳ ① "
         "hello@world.com http://a.b/c?d=e&f=g <html> (x) [y] {z} $5 €7 50% #tag _under_score a_b C++ \"quote\" "
         "— – … « » “q” ’s 'S 'T 'RE 'ſ ǅ ǅungla ʰ ª º ⁿ ₂ ⌘ ☃ ♥ 🙂 👍🏽 👩‍👩‍👧‍👦 🇩🇪 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ❤️ 𝔘𝔫𝔦 𠀀 \ufeff \u200b \u200d "
         "\u00ad \ufffd \u0000 \u0001 \u001f \u007f \u0085 \u2028 \u0378 \ue000 \U000f0000 \U0010ffff ＡＢＣ ｶﾞ ㌔ ﷺ "
         "▁ ▁▁ Ġ Ċ ## ##s <s> </s> <unk> <0x41> <pad> [CLS] [SEP] [MASK] [UNK] <image> <|endoftext|> "
         "<extra_id_0> <|im_start|> n't 's 've do not").split(" ")
SPACES = [" ", " ", " ", " ", " ", "  ", "   ", "\n", "\n\n", "\r\n", "\t", " \n", "\n ", "\u00a0", "\u3000", "\u2003",
          "\u1680", "\u202f", "\v", "\f", "\x1c", "\u2029", "", "", ""]


def corpus(seed, count):
    r = random.Random(f"{seed}/fuzz")
    texts = ["", " ", "  ", "\n", "a", " a", "a ", "Hello, World!", "x" * 40, "x" * 300, " " * 50, "ab" * 500,
             "👍🏽" * 30, "e\u0301" * 50, "don't I'LL we'Ve 's", "a\u0301\u0323b", "\r\n\r\n a", "1234567890 12345"]
    for _ in range(count):
        kind = r.random()
        if kind < 0.6:
            text = "".join(r.choice(WORDS) + r.choice(SPACES) for _ in range(r.randint(1, 14)))
        elif kind < 0.75:
            alphabet = r.choice(["ab ", "a' tsrelmdv", " \n\t\r a", "0123456789 .,", "é\u0301e ñ\u0303",
                                 "한글ㄱ\u1100\u1161\u11a8", "日本 。、A", "Ab1_- .'", "<s>/[]CLSEPa "])
            text = "".join(r.choice(alphabet) for _ in range(r.randint(1, 40)))
        elif kind < 0.9:
            limit = r.choice([0x80, 0x100, 0x250, 0x3000, 0x10000, 0x110000])
            points = [r.randrange(limit) for _ in range(r.randint(1, 25))]
            text = "".join(chr(p) for p in points if not 0xD800 <= p <= 0xDFFF)
        else:
            text = bytes(r.randrange(256) for _ in range(r.randint(1, 30))).decode("utf-8", "replace")
        if r.random() < 0.2:
            text = text.upper() if r.random() < 0.5 else text.title()
        texts.append(text)
    return texts


SMALL = False


def training_texts(seed):
    r = random.Random(f"{seed}/train")
    if SMALL:
        return [" ".join(r.choice(WORDS[:60]) for _ in range(12)) for _ in range(14)]
    return [" ".join(r.choice(WORDS) for _ in range(12)) for _ in range(400)] + ["the cat sat on the couch"] * 20


def byte_offsets(text, offsets):
    starts = [0]
    for c in text:
        starts.append(starts[-1] + len(c.encode("utf-8")))
    return [[starts[a], starts[b]] for a, b in offsets]


def record(name, tokenizer, file, texts, seed, spans=True):
    r = random.Random(f"{seed}/{name}/decode")
    encodings, decodings = [], []
    size = max(tokenizer.get_vocab().values()) + 1
    for index, text in enumerate(texts):
        full, plain = tokenizer.encode(text), tokenizer.encode(text, add_special_tokens=False)
        entry = dict(text=text, ids=full.ids, plain=plain.ids)
        if spans:
            entry["spans"] = byte_offsets(text, plain.offsets)
        if index % 7 == 0:
            other = texts[(index * 5 + 3) % len(texts)]
            entry["other"] = other
            entry["pair"] = tokenizer.encode(text, other).ids
        encodings.append(entry)
        for ids in (full.ids, [r.randrange(size + 3) for _ in range(r.randint(1, 12))]):
            for skip in (False, True):
                try:
                    decodings.append(dict(ids=ids, skip=skip, text=tokenizer.decode(ids, skip_special_tokens=skip)))
                except BaseException as error:  # the library panics on some empty inputs
                    print(f"{name}: decode of {ids[:5]}... failed: {str(error)[:80]}", file=sys.stderr)
    return dict(name=name, file=file, encodings=encodings, decodings=decodings)


QWEN = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
LLAMA3 = QWEN.replace(r"|\p{N}|", r"|\p{N}{1,3}|")
O200K = ("[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
         "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
         "\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+")
DEEPSEEK3 = (r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+|"
             r" ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
POSSESSIVE = (r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|"
              r"\s*[\r\n]|\s+(?!\S)|\s")


def byte_level(seed, pre=None, normalizer=None, size=500, specials=("<s>", "</s>", "<unk>", "<pad>", "<image>"), **model):
    t = Tokenizer(models.BPE(**model))
    t.normalizer = normalizer
    t.pre_tokenizer = pre or pre_tokenizers.ByteLevel(add_prefix_space=False)
    t.decoder = decoders.ByteLevel()
    t.train_from_iterator(training_texts(seed), trainers.BpeTrainer(
        vocab_size=size, special_tokens=list(specials), show_progress=False,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet())))
    return t


def edited(t, edit):
    d = json.loads(t.to_str())
    edit(d)
    return Tokenizer.from_str(json.dumps(d))


def byte_level_variants(seed):
    B = pre_tokenizers.ByteLevel
    yield "gpt2", byte_level(seed)
    t = byte_level(seed, B(add_prefix_space=True))
    t.post_processor = processors.RobertaProcessing(("</s>", 1), ("<s>", 0))
    yield "roberta", t
    t = byte_level(seed, B(add_prefix_space=False, use_regex=False))
    t.post_processor = processors.ByteLevel(trim_offsets=True)
    yield "noregex", t
    t = byte_level(seed)
    t.post_processor = processors.TemplateProcessing(single="</s> $A", pair="</s> $A $B", special_tokens=[("</s>", 1)])
    yield "opt", t
    t = byte_level(seed)
    t.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=False), processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s> $B:1", special_tokens=[("<s>", 0)])])
    t.add_tokens([AddedToken("cat", lstrip=True), AddedToken("Zürich", rstrip=True), AddedToken("dog", single_word=True),
                  AddedToken("e", single_word=True, normalized=False), AddedToken("  "), AddedToken("photo question"),
                  AddedToken("photo"), AddedToken("é", normalized=False)])
    t.add_special_tokens([AddedToken("<image>", lstrip=True, rstrip=True), AddedToken("<|endoftext|>", lstrip=True),
                          AddedToken("<html>", rstrip=True)])
    yield "added", t
    S = lambda p: pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(p), "isolated"), B(add_prefix_space=False, use_regex=False)])
    yield "qwen", byte_level(seed, S(QWEN), normalizers.NFC())
    yield "llama3", edited(byte_level(seed, S(LLAMA3)), lambda d: d["model"].update(ignore_merges=True))
    yield "o200k", byte_level(seed, S(O200K))
    yield "possessive", byte_level(seed, S(POSSESSIVE))
    yield "deepseek3", byte_level(seed, pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(r"\p{N}{1,3}"), "isolated"), pre_tokenizers.Split(Regex("[一-龥぀-ゟ゠-ヿ]+"), "isolated"),
        pre_tokenizers.Split(Regex(DEEPSEEK3), "isolated"), B(add_prefix_space=False, use_regex=False)]))
    yield "deepseek2", byte_level(seed, pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex("[\r\n]"), "isolated"),
        pre_tokenizers.Split(Regex(r"\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕ]+"), "isolated"),
        pre_tokenizers.Split(Regex(r"\s?[!-/:-~！-／：-～‘-‟　-。]+"), "isolated"),
        pre_tokenizers.Split(Regex(r"\s+$"), "isolated"), pre_tokenizers.Split(Regex("[一-龥ࠀ-一가-퟿]+"), "isolated"),
        pre_tokenizers.Digits(individual_digits=True), B(add_prefix_space=False, use_regex=False)]))
    yield "digits", byte_level(seed, pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=False), B(add_prefix_space=False)]))
    yield "punctuated", byte_level(seed, pre_tokenizers.Sequence([pre_tokenizers.Punctuation("contiguous"), B(add_prefix_space=False), pre_tokenizers.Digits(True)]))
    t = byte_level(seed)
    yield "legacy-merges", edited(t, lambda d: d["model"].update(merges=[" ".join(m) for m in d["model"]["merges"]]))
    t = byte_level(seed, normalizer=normalizers.Sequence([normalizers.Lowercase(), normalizers.StripAccents()]))
    t.add_tokens(["Photo", "CAFÉ", AddedToken("Zürich", normalized=False)])
    yield "normalized-added", t


UNICODE = ("gpt2 qwen digits punctuated normalized-added bert bert-cased bert-bare bert-sequence form-NFC form-NFD form-NFKC "
           "form-NFKD regexes t5-first precompiled-nmt_nfkc precompiled-nfkc_cf").split(" ")


def unicode_texts(seed, count):
    """Texts that hold every scalar of some blocks of 64, between letters; `--count 4000` takes all blocks there are."""
    blocks = [*range(0x34000 // 64), *range(0xE0000 // 64, 0xE0200 // 64), 0xF0000 // 64, 0x10FFC0 // 64]
    random.Random(f"{seed}/unicode").shuffle(blocks)
    around = ["a", "1", " ", ".", "e\u0301", "\u1100", "\uac00", "\u0327"]
    return ["".join(around[(block + c) % 8] + chr(c) for c in range(block * 64, block * 64 + 64) if not 0xD800 <= c <= 0xDFFF)
            for block in blocks[:count]]


GOLDENS = ("gpt2 roberta added qwen o200k normalized-added bert bert-sequence split-contiguous regexes form-NFC "
           "t5-first llama bpe-suffix bpe-prefix wordlevel precompiled-own").split(" ")
FOLDERS = "llama-bos t5-identity bert-cased gpt2-opt qwen2".split(" ")


def write_goldens(out, seed):
    """One file: for each tokenizer its own file's text and what the library makes of a few texts."""
    global SMALL
    SMALL = True
    sys.modules["tokenizer_peer"] = sys.modules[__name__]
    import itertools, shutil, tempfile
    import tokenizer_variants, tokenizer_folders
    from transformers import AutoTokenizer
    texts = [x for x in corpus(seed, 60) if len(x) <= 45 and x[:3] != "xxx"][2::3][:14] + ["", " "]
    seen = []
    for name, t in itertools.chain(byte_level_variants(seed), tokenizer_variants.variants(seed)):
        if name not in GOLDENS:
            continue
        case = record(name, Tokenizer.from_str(t.to_str()), None, texts, seed)
        case["decodings"] = case["decodings"][2::7]
        case["tokenizer"] = json.loads(t.to_str())
        seen.append(case)
    json.dump(seen, open(os.path.join(out, "goldens.json"), "w"), ensure_ascii=False, separators=(",", ":"))
    with tempfile.TemporaryDirectory() as made:
        for folder in tokenizer_folders.make(made, seed):
            name = os.path.basename(folder)
            if name not in FOLDERS:
                continue
            shutil.rmtree(os.path.join(out, name), ignore_errors=True)
            shutil.copytree(folder, os.path.join(out, name))
            t = AutoTokenizer.from_pretrained(folder)
            entries = [dict(text=x, ids=t(x)["input_ids"], plain=t(x, add_special_tokens=False)["input_ids"]) for x in texts]
            decodings = [dict(ids=e["ids"], skip=True, text=t.decode(e["ids"], skip_special_tokens=True)) for e in entries]
            special = {k: t.convert_tokens_to_ids(v) for k, v in t.special_tokens_map.items() if isinstance(v, str)}
            json.dump([dict(name=name, folder=name, encodings=entries, decodings=decodings, special=special, size=len(t))],
                      open(os.path.join(out, name, "golden.json"), "w"), ensure_ascii=False, separators=(",", ":"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", choices=["variants", "folders", "transformers", "made", "goldens", "unicode"])
    parser.add_argument("out")
    parser.add_argument("folders", nargs="*")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=150)
    parser.add_argument("--only", default="")
    a = parser.parse_args()
    os.makedirs(a.out, exist_ok=True)
    texts, cases = corpus(a.seed, a.count), []
    if a.mode == "unicode":
        texts = unicode_texts(a.seed, a.count)
        a.only = a.only or ",".join(UNICODE)
    if a.mode in ("variants", "unicode"):
        import itertools
        import tokenizer_variants
        for name, t in itertools.chain(byte_level_variants(a.seed), tokenizer_variants.variants(a.seed)):
            if a.only and name not in a.only.split(","):
                continue
            file = os.path.join(a.out, name + ".json")
            t.save(file)
            cases.append(record(name, Tokenizer.from_file(file), file, texts, a.seed))
            if a.mode == "unicode":
                cases[-1]["decodings"] = []
    elif a.mode == "goldens":
        write_goldens(a.out, a.seed)
        return
    elif a.mode == "folders":
        for folder in a.folders:
            file = os.path.join(folder, "tokenizer.json")
            cases.append(record(os.path.basename(folder), Tokenizer.from_file(file), file, texts, a.seed))
    else:
        from transformers import AutoTokenizer
        if a.mode == "made":
            import tokenizer_folders
            a.folders = tokenizer_folders.make(a.out, a.seed)
        for folder in a.folders:
            t = AutoTokenizer.from_pretrained(folder)
            entries = [dict(text=x, ids=t(x)["input_ids"], plain=t(x, add_special_tokens=False)["input_ids"]) for x in texts]
            decodings = [dict(ids=e["ids"], skip=s, text=t.decode(e["ids"], skip_special_tokens=s)) for e in entries for s in (False, True)]
            names = {k: t.convert_tokens_to_ids(v) for k, v in t.special_tokens_map.items() if isinstance(v, str)}
            cases.append(dict(name=os.path.basename(folder), folder=folder, encodings=entries, decodings=decodings,
                              special=names, size=len(t)))
    json.dump(cases, open(os.path.join(a.out, "cases.json"), "w"))


if __name__ == "__main__":
    main()
