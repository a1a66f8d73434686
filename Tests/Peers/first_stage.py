"""The three losses of BLIP-2's first stage and their gradients in PyTorch: writes fixtures/first-stage/.

    first_stage.py [--from fixtures/encoders/blip2-itm] [--out fixtures/first-stage] [--seed 909]

The model is the one of `--from`, with a language head tied to its words, a temperature of 0.07 and [DEC] as word 303. Modules
are transformers' `Blip2ForImageTextRetrieval`; the passes, masks and losses are written out here: writing goes through queries
and text in one pass under a mask, not from kept keys and values. Rows 0 and 2 have the same text. Hard negatives are given, one
text has none. Everything is float32, without dropout.
"""
import argparse, json, os, shutil

arguments = argparse.ArgumentParser()
arguments.add_argument("--from", dest="source", default="fixtures/encoders/blip2-itm")
arguments.add_argument("--out", default="fixtures/first-stage")
arguments.add_argument("--seed", type=int, default=909)
a = arguments.parse_args()

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from transformers import Blip2ForImageTextRetrieval

torch.manual_seed(a.seed)
DEC, SMOOTHING = 303, 0.1
model = Blip2ForImageTextRetrieval.from_pretrained(a.source, dtype=torch.float32).eval()
width, words = model.config.qformer_config.hidden_size, model.config.qformer_config.vocab_size
queries = model.config.num_query_tokens
draw = lambda *shape, size=0.3: torch.nn.Parameter(torch.randn(*shape) * size)
head = {"transform.dense.weight": draw(width, width), "transform.dense.bias": draw(width),
        "transform.LayerNorm.weight": draw(width), "transform.LayerNorm.bias": draw(width), "bias": draw(words)}
temperature = torch.nn.Parameter(torch.tensor([0.07]))

side = model.config.vision_config.image_size
pixels = torch.randn(4, 3, side, side)
texts = [[5, 17, 40, 3], [5, 61, 3], [5, 17, 40, 3], [5, 90, 12, 77, 101, 3]]
written = [[DEC] + text[1:] for text in texts]
truth = torch.eye(4, dtype=torch.bool)
truth[0, 2] = truth[2, 0] = True
truth[1, 0] = True                      # the text of rows 0 and 2 is true of picture 1 too
truth[1, 2] = True
negative_pictures = [3, 0, 3, None]     # for each text a picture
negative_texts = [1, 3, 3, 1]           # for each picture a text


def padded(rows):
    length = max(map(len, rows))
    ids = torch.tensor([row + [0] * (length - len(row)) for row in rows])
    return ids, torch.tensor([[1] * len(row) + [0] * (length - len(row)) for row in rows], dtype=torch.bool)


def additive(visible):                  # [rows, from, to] -> what attention adds
    return torch.zeros(visible.shape).masked_fill(~visible, torch.finfo(torch.float32).min)[:, None]


def qformer(embeddings, length, visible, image=None):
    return model.qformer(query_embeds=embeddings, query_length=length, attention_mask=additive(visible),
                         encoder_hidden_states=image).last_hidden_state


features = model.vision_model(pixel_values=pixels)[0]
learned = model.query_tokens.expand(4, -1, -1)
ids, mask = padded(texts)
length = ids.shape[1]

# Comparison: each side by itself.
seen = qformer(learned, queries, torch.ones(4, queries, queries, dtype=torch.bool), features)
read = qformer(model.embeddings(input_ids=ids), 0, mask[:, None].expand(-1, length, -1))
images = F.normalize(model.vision_projection(seen), dim=-1)
vectors = F.normalize(model.text_projection(read[:, 0]), dim=-1)
scores = torch.einsum("pqw,tw->ptq", images, vectors).max(-1).values / temperature
targets = lambda t: (1 - SMOOTHING) * t / t.sum(1, keepdim=True) + SMOOTHING / len(t)
soft = lambda x, t: -(F.log_softmax(x, dim=1) * targets(t.float())).sum(1).mean()
compare = (soft(scores, truth) + soft(scores.t(), truth.t())) / 2

# Matching: everything sees everything.
pairs = [(row, row, 1) for row in range(4)]
pairs += [(p, t, 0) for t, p in enumerate(negative_pictures) if p is not None]
pairs += [(p, t, 0) for p, t in enumerate(negative_texts)]
ps, ts, ys = (list(column) for column in zip(*pairs))
visible = torch.cat([torch.ones(len(ps), queries, dtype=torch.bool), mask[ts]], 1)
together = model.embeddings(input_ids=ids[ts], query_embeds=model.query_tokens.expand(len(ps), -1, -1))
out = qformer(together, queries, visible[:, None].expand(-1, queries + length, -1), features[ps])
match_logits = model.itm_head(out[:, :queries]).mean(1)
match = F.cross_entropy(match_logits, torch.tensor(ys))

# Writing: queries see queries, a token sees all queries and the tokens up to itself.
ids, mask = padded(written)
visible = torch.zeros(4, queries + length, queries + length, dtype=torch.bool)
visible[:, :, :queries] = True
visible[:, queries:, queries:] = torch.tril(torch.ones(length, length, dtype=torch.bool)) & mask[:, None]
visible[:, queries:, queries:] |= torch.eye(length, dtype=torch.bool)   # padding must see something
together = model.embeddings(input_ids=ids, query_embeds=learned)
hidden = qformer(together, queries, visible, features)[:, queries:]
x = F.linear(hidden, head["transform.dense.weight"], head["transform.dense.bias"])
x = F.layer_norm(F.gelu(x), (width,), head["transform.LayerNorm.weight"], head["transform.LayerNorm.bias"],
                 model.config.qformer_config.layer_norm_eps)
logits = F.linear(x, model.embeddings.word_embeddings.weight, head["bias"])
labels = ids.masked_fill(~mask, -100)
write = F.cross_entropy(logits[:, :-1].reshape(-1, words), labels[:, 1:].reshape(-1), label_smoothing=SMOOTHING)

total = compare + match + write
total.backward()
named = {name: parameter for name, parameter in model.named_parameters()}
named |= {"cls.predictions." + name: parameter for name, parameter in head.items()} | {"temperature": temperature}
os.makedirs(a.out, exist_ok=True)
save_file({name: p.detach().contiguous() for name, p in named.items()}, f"{a.out}/model.safetensors", {"format": "pt"})
kept = {"grad." + name: p.grad.contiguous() for name, p in named.items() if p.grad is not None}
kept |= {"pixels": pixels, "scores": scores.detach(), "match_logits": match_logits.detach(),
         "write_logits": logits.detach()[mask]}
save_file(kept, f"{a.out}/reference.safetensors")
facts = dict(compare=compare.item(), match=match.item(), write=write.item(), total=total.item(), texts=texts,
             written=written, truth=truth.int().tolist(), negative_pictures=negative_pictures,
             negative_texts=negative_texts, without_gradient=[n for n, p in named.items() if p.grad is None])
json.dump(facts, open(f"{a.out}/reference.json", "w"), indent=1)
config = json.load(open(f"{a.source}/config.json"))
config["qformer_config"]["bos_token_id"] = DEC
json.dump(config, open(f"{a.out}/config.json", "w"), indent=2)
for name in ("tokenizer.json", "tokenizer_config.json", "vocab.txt", "preprocessor_config.json"):
    shutil.copy(f"{a.source}/{name}", a.out)
print({k: facts[k] for k in ("compare", "match", "write", "total", "without_gradient")})
