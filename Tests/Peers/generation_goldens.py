"""Writes fixtures/generation/goldens.json: what transformers' logits rules and searches make of given inputs.

usage (repository root): PYTHON Tests/Peers/generation_goldens.py
rules     : scores after one processor, on rows of logits drawn here
searches  : ids that `generate` gives on the checkpoints of fixtures/parity under options other than plain greedy
"""
import json, os, pathlib

os.environ.setdefault("HF_HUB_OFFLINE", "1")
import torch, transformers
from safetensors.numpy import load_file
from transformers import generation as G

transformers.logging.set_verbosity_error()
torch.manual_seed(7)
torch.set_num_threads(1)
root = pathlib.Path(__file__).resolve().parents[2]


def shown(row):
    return [None if x == float("-inf") else round(float(x), 6) for x in row]


rules = []
for width in (1, 5, 9, 33):
    for _ in range(2):
        scores = (torch.randn(1, width) * 3).mul(64).round().div(64)
        seen = torch.randint(0, width, (1, 11))
        cases = [
            ({"repetition_penalty": 1.5}, G.RepetitionPenaltyLogitsProcessor(1.5)),
            ({"repetition_penalty": 0.7}, G.RepetitionPenaltyLogitsProcessor(0.7)),
            ({"no_repeat_ngram_size": 1}, G.NoRepeatNGramLogitsProcessor(1)),
            ({"no_repeat_ngram_size": 2}, G.NoRepeatNGramLogitsProcessor(2)),
            ({"no_repeat_ngram_size": 3}, G.NoRepeatNGramLogitsProcessor(3)),
            ({"temperature": 0.5}, G.TemperatureLogitsWarper(0.5)),
            ({"temperature": 2.5}, G.TemperatureLogitsWarper(2.5)),
            ({"top_k": 1}, G.TopKLogitsWarper(1)),
            ({"top_k": 3}, G.TopKLogitsWarper(3)),
            ({"top_k": 50}, G.TopKLogitsWarper(50)),
            ({"top_p": 0.1}, G.TopPLogitsWarper(0.1)),
            ({"top_p": 0.6}, G.TopPLogitsWarper(0.6)),
            ({"top_p": 0.95}, G.TopPLogitsWarper(0.95)),
            ({"min_p": 0.05}, G.MinPLogitsWarper(0.05)),
            ({"min_p": 0.5}, G.MinPLogitsWarper(0.5)),
        ]
        for options, processor in cases:
            rules.append({"options": options, "sequence": seen[0].tolist(), "scores": shown(scores[0]),
                          "result": shown(processor(seen, scores.clone())[0])})
        chain = scores / 1.4
        for processor in (G.TopKLogitsWarper(6), G.TopPLogitsWarper(0.8), G.MinPLogitsWarper(0.1)):
            chain = processor(seen, chain)
        rules.append({"options": {"temperature": 1.4, "top_k": 6, "top_p": 0.8, "min_p": 0.1},
                      "sequence": seen[0].tolist(), "scores": shown(scores[0]), "result": shown(chain[0])})

SEARCHES = [
    dict(repetition_penalty=1.3), dict(repetition_penalty=0.8), dict(no_repeat_ngram_size=1), dict(no_repeat_ngram_size=2),
    dict(min_new_tokens=5), dict(max_new_tokens=1), dict(repetition_penalty=1.2, no_repeat_ngram_size=3, min_new_tokens=12),
    dict(num_beams=2), dict(num_beams=4, num_return_sequences=4), dict(num_beams=4, length_penalty=2.0),
    dict(num_beams=4, length_penalty=-1.0), dict(num_beams=4, length_penalty=0.0), dict(num_beams=3, early_stopping=True),
    dict(num_beams=3, early_stopping="never"), dict(num_beams=4, repetition_penalty=1.4),
    dict(num_beams=4, no_repeat_ngram_size=2), dict(num_beams=3, min_new_tokens=6, num_return_sequences=2),
]
searches = []
for folder in sorted((root / "fixtures/parity").iterdir()):
    if not folder.name.startswith("blip2-"):
        continue
    ref = load_file(folder / "reference.safetensors")
    model = transformers.Blip2ForConditionalGeneration.from_pretrained(folder, dtype=torch.float32).eval()
    inputs = {k: torch.tensor(ref[k]) for k in ("pixel_values", "input_ids", "attention_mask")}
    # What stands before the answer: all that was read, or an encoder-decoder's start token.
    start = [model.config.text_config.decoder_start_token_id] if model.config.text_config.is_encoder_decoder else inputs["input_ids"][0].tolist()
    length = len(start)
    for kind, more in (("", {}), ("ends often", None)):
        for options in SEARCHES:
            said = dict(max_new_tokens=10, do_sample=False, num_beams=1)
            said.update(options)
            if more is None:
                # Random weights hardly ever end: several frequent tokens as ends make sequences of many lengths.
                counts = ref["generated_logits"][0].argsort(-1)[:, -3:].flatten().tolist()
                said["eos_token_id"] = sorted(set(counts[3:9]))
            with torch.inference_mode():
                out = model.generate(**inputs, **said, pad_token_id=1, return_dict_in_generate=True, output_scores=True)
            rows = []
            for row in out.sequences.tolist():
                new = row[length:] if row[:length] == start else row
                ends = said.get("eos_token_id", [model.generation_config.eos_token_id])
                cut = next((i + 1 for i, x in enumerate(new) if x in ends), len(new))
                rows.append(new[:cut])
            margin = None
            if said["num_beams"] == 1:  # how far the choices were from being others
                top = torch.stack(out.scores, 1)[0].sort(-1).values
                margin = round(float((top[:, -1] - top[:, -2]).min()), 6)
            searches.append({"case": folder.name, "options": said, "ids": rows, "margin": margin})

out = root / "fixtures/generation"
out.mkdir(exist_ok=True)
with open(out / "goldens.json", "w") as f:
    f.write('{"versions": ' + json.dumps({"torch": torch.__version__, "transformers": transformers.__version__}) + ',\n"rules": [\n')
    f.write(",\n".join(json.dumps(r) for r in rules) + '\n],\n"searches": [\n' + ",\n".join(json.dumps(s) for s in searches) + "\n]}\n")
print(len(rules), "rules", len(searches), "searches")
