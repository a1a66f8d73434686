"""Tokenizers for tokenizer_peer.py, one for every component beside the byte-level ones."""
import base64, collections, io, random, struct
from tokenizers import (AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors,
                        trainers)


def word_vocabulary(seed, normalizer, pre, prefix):
    from tokenizer_peer import training_texts
    counts = collections.Counter()
    for text in training_texts(seed):
        text = normalizer.normalize_str(text) if normalizer else text
        counts.update(w for w, _ in pre.pre_tokenize_str(text))
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    characters = sorted({c for w in counts for c in w if ord(c) < 0x3000})
    r = random.Random(f"{seed}/words")
    vocabulary += characters + [prefix + c for c in characters if r.random() < 0.8]
    for word in sorted(counts):
        vocabulary += [word[: len(word) // 2 + 1], prefix + word[len(word) // 2 + 1:], prefix + word[1:3]]
        if r.random() < 0.3:
            vocabulary.append(word)
    return {w: i for i, w in enumerate(dict.fromkeys(w for w in vocabulary if w and w != prefix))}


def bert(seed, normalizer, pre=None, decoder=None, prefix="##", limit=100):
    pre = pre or pre_tokenizers.BertPreTokenizer()
    t = Tokenizer(models.WordPiece(word_vocabulary(seed, normalizer, pre, prefix), unk_token="[UNK]",
                                   continuing_subword_prefix=prefix, max_input_chars_per_word=limit))
    if normalizer:
        t.normalizer = normalizer
    t.pre_tokenizer, t.decoder = pre, decoder or decoders.WordPiece(prefix)
    t.post_processor = processors.BertProcessing(("[SEP]", t.token_to_id("[SEP]")), ("[CLS]", t.token_to_id("[CLS]")))
    t.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
    return t


def unigram(seed, normalizer, pre, decoder, byte_fallback=False, pieces=None):
    from tokenizer_peer import training_texts
    r = random.Random(f"{seed}/unigram")
    if pieces is None:
        words = " ".join(training_texts(seed)).split(" ")
        pieces = {"▁"}
        for word in words:
            word = "▁" + word
            for _ in range(6):
                a = r.randrange(len(word))
                pieces.add(word[a:a + r.randint(1, 5)])
        pieces -= {"<unk>", ""}
    vocabulary = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    if byte_fallback:
        vocabulary += [(f"<0x{b:02X}>", 0.0) for b in range(256)]
    vocabulary += [(p, -r.choice([1.5, 2.25, 3.0, 4.0, 5.5]) * (0.5 + 0.5 * (len(p) == 1)) - r.random()) for p in sorted(pieces)]
    seen = set()
    vocabulary = [(p, s) for p, s in vocabulary if not (p in seen or seen.add(p))]
    t = Tokenizer(models.Unigram(vocabulary, unk_id=2, byte_fallback=byte_fallback))
    if normalizer:
        t.normalizer = normalizer
    if pre:
        t.pre_tokenizer = pre
    t.decoder = decoder
    t.post_processor = processors.TemplateProcessing(single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 1)])
    t.add_special_tokens(["<pad>", "</s>", "<unk>", "<extra_id_0>"])
    return t


def plain_bpe(seed, normalizer=None, pre=None, decoder=None, **options):
    from tokenizer_peer import training_texts
    training = {k: options.pop(k) for k in ("continuing_subword_prefix", "end_of_word_suffix") if k in options}
    specials = ["<unk>", "<s>", "</s>"]
    if options.get("byte_fallback"):
        specials += [f"<0x{b:02X}>" for b in range(256) if b != options.get("missing")]
    options.pop("missing", None)
    t = Tokenizer(models.BPE(**options))
    if normalizer:
        t.normalizer = normalizer
    if pre:
        t.pre_tokenizer = pre
    t.decoder = decoder
    texts = [x.replace("日", "") for x in training_texts(seed)]
    trained = Tokenizer(models.BPE(**options, **training))
    if normalizer:
        trained.normalizer = normalizer
    trained.pre_tokenizer = pre or pre_tokenizers.Metaspace()
    trained.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=600, special_tokens=specials, show_progress=False, limit_alphabet=90, **training))
    import json
    d, e = json.loads(t.to_str()), json.loads(trained.to_str())
    d["model"] = e["model"]
    t = Tokenizer.from_str(json.dumps(d))
    t.add_special_tokens(["<unk>", "<s>", "</s>"])
    t.post_processor = processors.TemplateProcessing(single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 1)])
    return t


def charsmap(kind):
    """The table that SentencePiece makes for one of its rules, taken from a model trained on a few words."""
    import sentencepiece
    out = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["the cat sat on the mat", "a dog and a cat"] * 20), model_writer=out, vocab_size=30,
        model_type="unigram", normalization_rule_name=kind, minloglevel=2, hard_vocab_limit=False)
    from sentencepiece import sentencepiece_model_pb2
    m = sentencepiece_model_pb2.ModelProto()
    m.ParseFromString(out.getvalue())
    return m.normalizer_spec.precompiled_charsmap


def precompiled_own(seed):
    """A character map of a few rules of our own, small enough to commit."""
    import os, sentencepiece, tempfile
    from sentencepiece import sentencepiece_model_pb2
    rules = {"\u00e9": "e'", "e\u0301": "e", "\u00df": "ss", "\t": " ", "\n": " ", "\u00ad": "", "\u65e5": "\u672c\u8a9e",
             "ab": "b", "\ufb01": "fi", "\U0001f642": ":)", "\u0130": "i", "\u3000": " "}
    with tempfile.TemporaryDirectory() as folder:
        tsv, out = os.path.join(folder, "rules.tsv"), io.BytesIO()
        with open(tsv, "w") as f:
            for a, b in rules.items():
                f.write(" ".join(f"{ord(c):X}" for c in a) + "\t" + " ".join(f"{ord(c):X}" for c in b) + "\n")
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(["the cat sat on the mat", "a dog and a cat"] * 20), model_writer=out, vocab_size=30,
            model_type="unigram", normalization_rule_tsv=tsv, minloglevel=2, hard_vocab_limit=False)
        m = sentencepiece_model_pb2.ModelProto()
        m.ParseFromString(out.getvalue())
    return unigram(seed, normalizers.Precompiled(m.normalizer_spec.precompiled_charsmap), pre_tokenizers.Metaspace("▁", prepend_scheme="always"),
                   decoders.Metaspace("▁", prepend_scheme="always"))


def variants(seed):
    N, P, D = normalizers, pre_tokenizers, decoders
    yield "bert", bert(seed, N.BertNormalizer(lowercase=True))
    yield "bert-cased", bert(seed, N.BertNormalizer(lowercase=False, clean_text=False, handle_chinese_chars=False, strip_accents=True), decoder=D.WordPiece(cleanup=False))
    yield "bert-bare", bert(seed, None, P.Whitespace(), prefix="@@", limit=7)
    yield "bert-sequence", bert(seed, N.Sequence([N.NFKD(), N.StripAccents(), N.Lowercase(), N.Strip(), N.Replace("a", "bb"), N.Replace(Regex("[0-9]+"), "0")]),
                                P.Sequence([P.WhitespaceSplit(), P.Punctuation("merged_with_previous"), P.Digits(False)]))
    yield "bert-delimiter", bert(seed, N.Strip(left=True, right=False), P.Sequence([P.CharDelimiterSplit("a"), P.Punctuation("merged_with_next"), P.Split("th", "contiguous"), P.Split(Regex(r"\s+"), "removed", invert=False)]))
    for behavior in ("removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"):
        yield "split-" + behavior, bert(seed, None, P.Sequence([P.Split(Regex(r"[aeiou\s]|\d+|(?<=t)h"), behavior), P.Split(" ", behavior, invert=True)]))
    yield "regexes", bert(seed, N.Replace(Regex(r"(?i)ca(t|f)s?\b|^\s+|\bthe\b"), "q"),
                          P.Sequence([P.Split(Regex(r"(?:(?:ab)+|[^\W\d_]{2,3}?|\w{3}|(?>x+)y?|x*?$|.(?=\.)|[\p{L}&&[^a-c]]+|\p{^L}++)"), "isolated"),
                                      P.Split(Regex(r"(?<![a-z])[A-Z]|\p{Han}+|[[:punct:]]|\p{Lu}{2,}|\h{4}|[^\x00-\x7F]"), "isolated")]))
    yield "fixed", bert(seed, N.Sequence([N.Nmt(), N.NFC()]), P.FixedLength(4))
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        yield "form-" + form, bert(seed, getattr(N, form)(), P.WhitespaceSplit())
    yield "bytes-normalized", bert(seed, N.ByteLevel(), P.WhitespaceSplit())
    M = lambda scheme, split=True: P.Metaspace("▁", prepend_scheme=scheme, split=split)
    DM = lambda scheme: D.Metaspace("▁", prepend_scheme=scheme)
    yield "t5", unigram(seed, N.Sequence([N.NFKC(), N.Replace(Regex(" {2,}"), " ")]), M("always"), DM("always"))
    yield "t5-first", unigram(seed, N.Sequence([N.Strip(), N.Lowercase()]), M("first"), DM("first"))
    yield "t5-first-plain", unigram(seed, None, P.Sequence([M("first"), P.Digits(True)]), DM("first"))
    yield "t5-never", unigram(seed, None, M("never"), DM("never"))
    yield "t5-whole", unigram(seed, None, M("always", False), DM("always"), byte_fallback=True)
    yield "t5-words", unigram(seed, None, P.Sequence([P.WhitespaceSplit(), M("always")]), D.Sequence([DM("always"), D.Fuse()]))
    for kind in ("nmt_nfkc", "nfkc_cf", "nmt_nfkc_cf"):
        yield "precompiled-" + kind, unigram(seed, N.Sequence([N.Precompiled(charsmap(kind)), N.Replace(Regex(" {2,}"), " ")]), M("always"), DM("always"))
    L = D.Sequence([D.Replace("▁", " "), D.ByteFallback(), D.Fuse(), D.Strip(" ", 1, 0)])
    LN = N.Sequence([N.Prepend("▁"), N.Replace(" ", "▁")])
    yield "llama", plain_bpe(seed, LN, None, L, unk_token="<unk>", fuse_unk=True, byte_fallback=True)
    yield "llama-missing", plain_bpe(seed, LN, None, L, unk_token="<unk>", fuse_unk=True, byte_fallback=True, missing=0xE6)
    yield "llama-unfused", plain_bpe(seed, LN, None, D.Sequence([D.Replace(Regex("▁|Ġ"), " "), D.ByteFallback(), D.Strip("e", 2, 2)]), unk_token="<unk>", byte_fallback=True, missing=0xE6)
    yield "llama-nounk", plain_bpe(seed, LN, None, L, byte_fallback=False)
    yield "bpe-suffix", plain_bpe(seed, N.Lowercase(), P.BertPreTokenizer(), D.BPEDecoder("</w>"), unk_token="<unk>", end_of_word_suffix="</w>")
    yield "bpe-prefix", plain_bpe(seed, None, P.Whitespace(), D.WordPiece("##"), unk_token="<unk>", continuing_subword_prefix="##", fuse_unk=True)
    t = plain_bpe(seed, LN, M("first"), D.Sequence([]), unk_token="<unk>", ignore_merges=True)
    t.add_tokens([AddedToken("cat", normalized=True), AddedToken("▁the", normalized=False), AddedToken("a b", normalized=True)])
    yield "bpe-added", t
    yield "precompiled-own", precompiled_own(seed)
    words = Tokenizer(models.WordLevel({w: i for i, w in enumerate("<unk> the cat a é , .".split(" "))}, unk_token="<unk>"))
    words.pre_tokenizer = P.Whitespace()
    yield "wordlevel", words
