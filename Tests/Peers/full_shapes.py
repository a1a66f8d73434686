"""Checkpoints of full published shapes with random weights, and how long they take here and in transformers.

    python Tests/Peers/full_shapes.py make SHAPE DIR [--dtype f32|bf16]      # written piece by piece: never in memory whole
    python Tests/Peers/full_shapes.py ours DIR --bin .build/release/lorgnette --image fixtures/pictures/coin.jpg
    python Tests/Peers/full_shapes.py peer DIR --image fixtures/pictures/coin.jpg

`make` needs transformers for names and sizes (a model without memory), `ours` nothing. Both measures print one JSON object: seconds
from process start to the first token, tokens a second after it, peak memory beside the weights', and the ids. `peer` computes in
the type the weights are stored in, which for bf16 is not what we do (f32 on bf16 weights), so ids may then differ.
"""
import argparse, json, os, pathlib, resource, shutil, statistics, struct, subprocess, sys, time

START = time.time()
ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARD = 4_000_000_000
PROMPT = "a photo of"


def shape(name):
    """(config, class) of a published shape."""
    import transformers as T
    opt = dict(vocab_size=50304, hidden_size=2560, ffn_dim=10240, num_hidden_layers=32, num_attention_heads=32,
               max_position_embeddings=2048, word_embed_proj_dim=2560, activation_function="relu")
    t5 = dict(vocab_size=32128, d_model=2048, d_kv=64, d_ff=5120, num_layers=24, num_heads=32, feed_forward_proj="gated-gelu",
              dense_act_fn="gelu", tie_word_embeddings=False, pad_token_id=0, eos_token_id=1, decoder_start_token_id=0)
    olmoe = dict(pad_token_id=1, eos_token_id=None, vocab_size=50304, hidden_size=2048, intermediate_size=1024, num_hidden_layers=16, num_attention_heads=16,
                 num_key_value_heads=16, num_experts=64, num_experts_per_tok=8)
    large = dict(hidden_size=1024, intermediate_size=4096, num_hidden_layers=24, num_attention_heads=16)
    small = dict(hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=2, image_size=56)

    def blip2(text, vision, width, **bridge):
        return T.Blip2Config(text_config=text.to_dict(), vision_config=T.Blip2VisionConfig(**vision).to_dict(), image_token_index=text.vocab_size - 1,
                             qformer_config=T.Blip2QFormerConfig(encoder_hidden_size=width, **bridge).to_dict()), T.Blip2ForConditionalGeneration

    def instructed(text, vision, width, **bridge):
        return T.InstructBlipConfig(text_config=text.to_dict(), vision_config=T.InstructBlipVisionConfig(**vision).to_dict(), image_token_index=text.vocab_size - 1,
                                    qformer_config=T.InstructBlipQFormerConfig(encoder_hidden_size=width, **bridge).to_dict()), T.InstructBlipForConditionalGeneration

    tiny = dict(num_hidden_layers=2, hidden_size=64, intermediate_size=128, num_attention_heads=2)
    return {
        "blip2-opt-2.7b": lambda: blip2(T.OPTConfig(**opt), {}, 1408),
        "instructblip-flan-t5-xl": lambda: instructed(T.T5Config(**t5), {}, 1408, vocab_size=30523),
        "olmoe-1b-7b-bridge": lambda: blip2(T.OlmoeConfig(**olmoe), large, 1024),
        "tiny-olmoe": lambda: blip2(T.OlmoeConfig(**dict(olmoe, vocab_size=6000, hidden_size=64, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=2, num_experts=8, num_experts_per_tok=2)), small, 64, **tiny),
        "tiny-t5": lambda: instructed(T.T5Config(**dict(t5, d_model=64, d_ff=96, d_kv=16, num_layers=2, num_heads=2)), small, 64, vocab_size=30523, **tiny),
    }[name]()


def tensors(config, cls):
    """(name, shape) of every weight as published files have them: experts one by one."""
    import torch
    with torch.device("meta"):
        model = cls(config)
    tied = getattr(config.text_config, "tie_word_embeddings", False)
    copies = ("encoder.embed_tokens.weight", "decoder.embed_tokens.weight")
    for name, p in model.named_parameters():
        size = list(p.shape)
        name = name[len("model."):] if name.startswith(("model.vision_model", "model.qformer", "model.language", "model.query")) else name
        if tied and name.endswith("lm_head.weight") or name.startswith("language_model.") and name.endswith(copies) and "t5" in config.text_config.model_type: continue
        if name.endswith("experts.gate_up_proj"):
            for e in range(size[0]):
                for part in ("gate_proj", "up_proj"):
                    yield name.replace("gate_up_proj", f"{e}.{part}.weight"), [size[1] // 2, size[2]]
        elif name.endswith("experts.down_proj"):
            for e in range(size[0]): yield name.replace("down_proj", f"{e}.down_proj.weight"), size[1:]
        else:
            yield name, size


def make(a):
    import numpy as np
    config, cls = shape(a.shape)
    out = pathlib.Path(a.dir); out.mkdir(parents=True)
    width = 2 if a.dtype == "bf16" else 4
    config.dtype = "bfloat16" if a.dtype == "bf16" else "float32"
    shards, room = [[]], SHARD
    for name, size in tensors(config, cls):
        count = int(np.prod(size)) * width
        if count > room and shards[-1]: shards.append([]); room = SHARD
        shards[-1].append((name, size, count)); room -= count
    # One piece of noise, begun at another place for each tensor: billions of draws would take minutes.
    drawn = np.random.default_rng(0).standard_normal(1 << 22).astype(np.float32)
    stored = lambda x: x if width == 4 else ((x.view(np.uint32) + 0x8000) >> 16).astype(np.uint16)
    small, large, one, zero = stored(drawn * np.float32(0.02)), stored(drawn), stored(np.ones(1, np.float32)), stored(np.zeros(1, np.float32))
    index = {}
    for number, shard in enumerate(shards):
        file = f"model-{number + 1:05d}-of-{len(shards):05d}.safetensors"
        header, offset = {"__metadata__": {"format": "pt"}}, 0
        for name, size, count in shard:
            header[name] = dict(dtype=a.dtype.upper(), shape=size, data_offsets=[offset, offset + count]); offset += count; index[name] = file
        text = json.dumps(header).encode(); text += b" " * (-len(text) % 8)
        with open(out / file, "wb") as f:
            f.write(struct.pack("<Q", len(text)) + text)
            for name, size, count in shard:
                left, place = count // width, (len(name) * 7919 + sum(name.encode()) * 104729) % (1 << 20)
                low = name.lower()
                if len(size) == 1:
                    np.repeat(one if "norm" in low and low.endswith("weight") else zero, left).tofile(f)
                    continue
                noise = large if name.endswith("shared.weight") else small  # T5's table is of unit variance
                while left:
                    piece = noise[place:place + left]; piece.tofile(f); left -= len(piece); place = 0
    total = sum(c for s in shards for _, _, c in s)
    json.dump(dict(metadata=dict(total_size=total), weight_map=index), open(out / "model.safetensors.index.json", "w"))
    config.architectures, config.text_config.architectures = [cls.__name__], None
    config.save_pretrained(out)
    beside(out, config)
    print(json.dumps(dict(shape=a.shape, dtype=a.dtype, parameters=total // width, weight_bytes=total)))


def beside(out, config):
    """Tokenizers of the fixtures (any ids will do), the processor of published BLIP-2 folders, greedy decoding."""
    instructed = config.model_type == "instructblip"
    source = ROOT / "fixtures" / ("encoders/instructblip-t5" if instructed else "tiny-blip2-olmoe")
    for name in ("tokenizer.json", "tokenizer_config.json"): shutil.copy(source / name, out / name)
    if instructed: shutil.copytree(source / "qformer_tokenizer", out / "qformer_tokenizer")
    side = config.vision_config.image_size
    json.dump(dict(image_processor_type="BlipImageProcessor", do_resize=True, size=dict(height=side, width=side), resample=3, do_rescale=True, rescale_factor=1 / 255,
                   do_normalize=True, image_mean=[0.48145466, 0.4578275, 0.40821073], image_std=[0.26862954, 0.26130258, 0.27577711]),
              open(out / "preprocessor_config.json", "w"))
    json.dump(dict(do_sample=False, num_beams=1, eos_token_id=config.text_config.vocab_size - 2, pad_token_id=0, decoder_start_token_id=0),
              open(out / "generation_config.json", "w"))


def weight_bytes(folder):
    return json.load(open(pathlib.Path(folder) / "model.safetensors.index.json"))["metadata"]["total_size"]


def told(folder, who, firsts, rates, peak, ids):
    weights = weight_bytes(folder)
    print(json.dumps(dict(folder=str(folder), who=who, first_token_s=round(statistics.median(firsts), 3), tokens_per_s=round(statistics.median(rates), 3), runs=len(rates),
                          peak_mib=peak >> 20, weights_mib=weights >> 20, above_weights_mib=(peak - weights) >> 20, ids=ids)))


def victim():
    """Where memory runs out, this process goes first."""
    try: open("/proc/self/oom_score_adj", "w").write("1000")
    except OSError: pass


def ours(a):
    peak, firsts, rates, ids = 0, [], [], []
    def run(tokens):
        nonlocal peak, ids
        command = [a.bin, "caption", "-m", a.dir, "--prompt", PROMPT, "--max-tokens", str(tokens), "--min-tokens", str(tokens), "--json", "--quiet", a.image]
        if a.threads: command += ["--threads", str(a.threads)]
        start = time.time()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, preexec_fn=victim)
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        if status: sys.exit(f"{' '.join(command)}: status {status}")
        peak = max(peak, usage.ru_maxrss << 10); ids = json.loads(said)["token_ids"]
        return time.time() - start
    run(1)  # brings the weights into the system's cache, as far as they fit
    for _ in range(a.runs):
        firsts.append(run(1)); rates.append((a.tokens - 1) / max(1e-9, run(a.tokens) - firsts[-1]))
    told(a.dir, "ours", firsts, rates, peak, ids)


def peer(a):
    victim()
    import torch, transformers as T
    from PIL import Image
    T.logging.set_verbosity_error(); T.utils.logging.disable_progress_bar()
    if a.threads: torch.set_num_threads(a.threads)
    config = T.AutoConfig.from_pretrained(a.dir)
    cls = getattr(T, config.architectures[0])
    model = cls.from_pretrained(a.dir, dtype="auto").eval()
    processor = T.BlipImageProcessorPil.from_pretrained(a.dir)
    tokenizer = T.PreTrainedTokenizerFast(tokenizer_file=str(pathlib.Path(a.dir) / "tokenizer.json"))
    pixels = processor(images=Image.open(a.image).convert("RGB"), return_tensors="pt")["pixel_values"].to(model.dtype)
    ids = torch.tensor([[config.image_token_index] * config.num_query_tokens + tokenizer(PROMPT)["input_ids"]])
    inputs = dict(pixel_values=pixels, input_ids=ids, attention_mask=torch.ones_like(ids))
    if config.model_type == "instructblip":
        words = T.PreTrainedTokenizerFast(tokenizer_file=str(pathlib.Path(a.dir) / "qformer_tokenizer" / "tokenizer.json"))
        q = torch.tensor([words(PROMPT)["input_ids"]]); inputs.update(qformer_input_ids=q, qformer_attention_mask=torch.ones_like(q))
    def run(tokens):
        start = time.time()
        with torch.inference_mode(): out = model.generate(**inputs, max_new_tokens=tokens, min_new_tokens=tokens, do_sample=False, num_beams=1)
        return time.time() - start, out[0, -tokens:].tolist()
    run(1)
    first = time.time() - START
    rates = []
    for _ in range(a.runs):
        (one, _), (all_, said) = run(1), run(a.tokens)
        rates.append((a.tokens - 1) / max(1e-9, all_ - one))
    told(a.dir, "transformers", [first], rates, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10, said)


parser = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
commands = parser.add_subparsers(required=True)
p = commands.add_parser("make"); p.add_argument("shape"); p.add_argument("dir"); p.add_argument("--dtype", default="bf16", choices=["f32", "bf16"]); p.set_defaults(run=make)
for name, function in (("ours", ours), ("peer", peer)):
    p = commands.add_parser(name); p.add_argument("dir"); p.add_argument("--image", required=True); p.set_defaults(run=function)
    p.add_argument("--tokens", type=int, default=16); p.add_argument("--runs", type=int, default=3); p.add_argument("--threads", type=int)
    if name == "ours": p.add_argument("--bin", required=True)
if __name__ == "__main__":
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    a = parser.parse_args(); a.run(a)
