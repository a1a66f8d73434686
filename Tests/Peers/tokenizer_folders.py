"""Folders without tokenizer.json for tokenizer_peer.py: the files that older checkpoints come with."""
import io, json, os


def sentencepiece(seed, path, kind, **options):
    import sentencepiece
    from tokenizer_peer import training_texts
    out = io.BytesIO()
    texts = [t.replace("\x00", "").replace("\n", " ") for t in training_texts(seed)]
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts), model_writer=out, model_type=kind, minloglevel=2, hard_vocab_limit=False,
        num_threads=1, **options)
    open(path, "wb").write(out.getvalue())


def write(folder, configuration, model_type=None, **files):
    if configuration is not None:
        json.dump(configuration, open(os.path.join(folder, "tokenizer_config.json"), "w"))
    if model_type:
        json.dump(dict(model_type=model_type), open(os.path.join(folder, "config.json"), "w"))
    for name, value in files.items():
        json.dump(value, open(os.path.join(folder, name + ".json"), "w"))


def make(out, seed):
    from tokenizer_peer import byte_level
    from tokenizer_variants import bert
    from tokenizers import normalizers
    folders = []

    def folder(name):
        path = os.path.join(out, name)
        os.makedirs(path)
        folders.append(path)
        return path

    def llama(name, configuration, model_type=None, **options):
        path = folder(name)
        sentencepiece(seed, os.path.join(path, "tokenizer.model"), "bpe", vocab_size=560, byte_fallback=True,
                      character_coverage=0.99, normalization_rule_name="identity", remove_extra_whitespaces=False,
                      split_digits=True, unk_id=0, bos_id=1, eos_id=2, pad_id=-1, **options)
        write(path, configuration, model_type)

    names = dict(tokenizer_class="LlamaTokenizer", bos_token="<s>", eos_token="</s>", unk_token="<unk>")
    llama("llama", dict(tokenizer_class="LlamaTokenizer"))
    llama("llama-bos", dict(names, add_bos_token=True, add_eos_token=False, legacy=False, clean_up_tokenization_spaces=True))
    llama("llama-legacy", dict(names, tokenizer_class="LlamaTokenizerFast", add_bos_token=True, add_eos_token=True, legacy=True, pad_token="<pad>"))
    llama("llama-noprefix", dict(names, add_prefix_space=False), user_defined_symbols=["<image>", "cat"])
    llama("llama-bare", None, "llama")
    generic = dict(tokenizer_class="TokenizersBackend")
    llama("spm-user", generic, None, user_defined_symbols=["<image>", "cat", "a+b (c)", "cats"])
    llama("spm-first", dict(generic, legacy=False))
    llama("spm-noprefix", generic, add_dummy_prefix=False)

    def t5(name, configuration, model_type=None, kind="unigram", rule="nmt_nfkc", file="spiece.model"):
        path = folder(name)
        sentencepiece(seed, os.path.join(path, file), kind, vocab_size=400, unk_id=2, bos_id=-1, eos_id=1,
                      pad_id=0, normalization_rule_name=rule, character_coverage=0.98)
        write(path, configuration, model_type)

    t5("t5", dict(tokenizer_class="T5Tokenizer"))
    t5("t5-extra", dict(tokenizer_class="T5TokenizerFast", extra_ids=10, clean_up_tokenization_spaces=True), rule="nfkc_cf")
    t5("t5-bare", None, "t5")
    t5("spm-unigram", generic, file="tokenizer.model")
    t5("spm-bpe", generic, kind="bpe", file="tokenizer.model")
    t5("t5-identity", dict(tokenizer_class="T5Tokenizer", extra_ids=0), rule="identity")

    def wordpiece(name, configuration, model_type=None):
        path = folder(name)
        bert(seed, normalizers.BertNormalizer()).model.save(path)
        write(path, configuration, model_type)

    wordpiece("bert", dict(tokenizer_class="BertTokenizer"))
    wordpiece("bert-cased", dict(tokenizer_class="BertTokenizer", do_lower_case=False, tokenize_chinese_chars=False, clean_up_tokenization_spaces=True))
    wordpiece("bert-accents", dict(tokenizer_class="BertTokenizerFast", strip_accents=False), None)
    wordpiece("bert-bare", None, "bert")

    def gpt2(name, configuration, model_type=None, specials=("<|endoftext|>", "<|padding|>"), **files):
        path = folder(name)
        byte_level(seed, specials=specials).model.save(path)
        write(path, configuration, model_type, **files)

    flagged = dict(content="</s>", single_word=False, lstrip=False, rstrip=False, normalized=True, __type="AddedToken")
    opt = ("<s>", "<pad>", "</s>", "<unk>")
    gpt2("gpt2", dict(tokenizer_class="GPT2Tokenizer", add_prefix_space=True))
    gpt2("gpt2-opt", dict(tokenizer_class="GPT2Tokenizer", add_bos_token=True, bos_token=flagged, eos_token=flagged, unk_token=flagged, pad_token="<pad>"),
         specials=opt, special_tokens_map=dict(bos_token=flagged, eos_token=flagged, unk_token=flagged, pad_token="<pad>"))
    gpt2("gpt2-bare", None, "opt", specials=opt)
    gpt2("neox", dict(tokenizer_class="GPTNeoXTokenizer", add_eos_token=True))
    gpt2("roberta", dict(tokenizer_class="RobertaTokenizer"), specials=opt)
    decoder = {"0": dict(content="<|endoftext|>", lstrip=False, normalized=False, rstrip=False, single_word=False, special=True),
               "900": dict(content="<tool>", lstrip=True, normalized=False, rstrip=False, single_word=False, special=False)}
    gpt2("qwen2", dict(tokenizer_class="Qwen2Tokenizer", eos_token="<|im_end|>", added_tokens_decoder=decoder), specials=("<|endoftext|>", "<|im_start|>", "<|im_end|>"))

    path = folder("json-more")
    byte_level(seed).save(os.path.join(path, "tokenizer.json"))
    write(path, dict(tokenizer_class="PreTrainedTokenizerFast", bos_token="<s>", eos_token=dict(flagged, lstrip=True), pad_token="[PAD]",
                     extra_special_tokens=["<x>"], clean_up_tokenization_spaces=True, model_max_length=512))
    return folders
