"""Beam search and its options against transformers, parameters drawn from a seed.

    python Tests/Peers/generation_fuzz.py CASES --bin .build/release/lorgnette [--seed N] [--count N]

CASES holds folders of make_hf_reference.py (blip2-*, instructblip-*). Each draw writes a generation_config.json: 1 to 6 beams, length
penalties from -1 to 2, every early stopping, no repeated n-grams, repetition penalties, least lengths, several returned sequences.
Ids must be equal, in their order; where they are not, `near tie` says that the scores of both lie within 1e-3 of one another.
"""
import argparse, json, os, pathlib, random, subprocess, sys, tempfile

os.environ.setdefault("HF_HUB_OFFLINE", "1")
parser = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
parser.add_argument("cases"); parser.add_argument("--bin", required=True)
parser.add_argument("--seed", default="1"); parser.add_argument("--count", type=int, default=20)
a = parser.parse_args()
import torch, transformers
from safetensors.torch import load_file

transformers.logging.set_verbosity_error(); transformers.utils.logging.disable_progress_bar()
torch.set_num_threads(1)


def drawn(r):
    beams = r.choice([1, 2, 3, 4, 5, 6])
    longest = r.randint(4, 20)
    o = dict(num_beams=beams, max_new_tokens=longest, do_sample=False)
    if beams > 1:
        o.update(length_penalty=r.choice([-1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0]), early_stopping=r.choice([True, False, "never"]),
                 num_return_sequences=r.randint(1, beams))
    if r.random() < 0.4: o["no_repeat_ngram_size"] = r.randint(1, 4)
    if r.random() < 0.4: o["repetition_penalty"] = r.choice([0.8, 1.1, 1.5])
    if r.random() < 0.4: o["min_new_tokens"] = r.randint(1, longest)
    return o


def theirs(model, inputs, options, isSeq2Seq):
    with torch.inference_mode():
        out = model.generate(**inputs, **options, return_dict_in_generate=True, output_scores=True)
    ends = model.generation_config.eos_token_id
    ends = set(ends if isinstance(ends, list) else [ends])
    start = 1 if isSeq2Seq else inputs["input_ids"].shape[1] if out.sequences.shape[1] > options["max_new_tokens"] else 0
    rows = []
    for row in out.sequences.tolist():
        ids = row[start:]
        cut = next((k for k, x in enumerate(ids) if x in ends), None)
        rows.append(ids if cut is None else ids[:cut + 1])
    scores = getattr(out, "sequences_scores", None)
    return rows, None if scores is None else scores.tolist()


r, done, same, ties, wrong = random.Random(a.seed), 0, 0, 0, 0
folders = sorted(p for p in pathlib.Path(a.cases).glob("*") if p.name.startswith(("blip2-", "instructblip-")) and "itm" not in p.name)
for case in folders:
    meta = json.load(open(case / "reference.json")); ref = load_file(case / "reference.safetensors")
    model = getattr(transformers, meta["model_class"]).from_pretrained(case, dtype=torch.float32).eval()
    keys = ("pixel_values", "input_ids", "attention_mask", "qformer_input_ids", "qformer_attention_mask")
    inputs = {k: ref[k] for k in keys if k in ref}
    base = json.load(open(case / "generation_config.json")) if (case / "generation_config.json").exists() else {}
    for _ in range(a.count):
        options = drawn(r)
        want, scores = theirs(model, inputs, options, "decoder_input_ids" in ref)
        with tempfile.TemporaryDirectory() as folder:
            for file in case.iterdir():
                if file.name != "generation_config.json": os.symlink(file.resolve(), os.path.join(folder, file.name))
            json.dump({**base, **options}, open(os.path.join(folder, "generation_config.json"), "w"))
            run = subprocess.run([a.bin, "caption", "-m", folder, "--dtype", "f32", "--prompt", meta["prompts"][0], "--json", case / "image_0.png"],
                                 capture_output=True, text=True)
        got = [json.loads(line).get("token_ids") for line in run.stdout.splitlines()]
        done += 1
        if got == want: same += 1; continue
        # Two sequences whose scores are as good as equal may come in either order.
        near = scores and sorted(map(str, got)) == sorted(map(str, want)) and min(abs(x - y) for x, y in zip(scores, scores[1:])) < 1e-3
        ties += bool(near); wrong += not near
        print(f"{case.name} {options}: {'near tie' if near else 'DIFFERENT'}\n  got  {got}\n  want {want} {scores} {run.stderr.strip()}", flush=True)
print(f"{same} of {done} equal, {ties} near ties, {wrong} different")
sys.exit(1 if wrong else 0)
