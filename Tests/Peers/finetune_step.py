"""Seconds of one finetune step of a BLIP-2 folder in PyTorch and transformers: the peer of `lorgnette-bench finetune -m`.

    finetune_step.py DIR [--train projection|qformer|vision] [--batch 32] [--text-tokens 18] [--labelled-tokens 8]

The step is: pixels through the vision encoder, querying transformer, projection and frozen decoder, the mean
cross-entropy of the labelled tokens, gradients, clipping to a global norm of 1, AdamW. Weights are float32, dropout
is off (--dropout puts it back), experts are transformers' `grouped_mm`, its best on CPU. One JSON line.
"""
import argparse, json, resource, statistics, time

arguments = argparse.ArgumentParser()
arguments.add_argument("folder")
arguments.add_argument("--train", choices=["projection", "qformer", "vision"], default="qformer")
arguments.add_argument("--batch", type=int, default=32)
arguments.add_argument("--text-tokens", type=int, default=18)
arguments.add_argument("--labelled-tokens", type=int, default=8)
arguments.add_argument("--threads", type=int, default=2)
arguments.add_argument("--runs", type=int, default=20)
arguments.add_argument("--experts", default="grouped_mm")
arguments.add_argument("--dropout", action="store_true")
arguments.add_argument("--autocast", action="store_true", help="bf16 matrix products")
a = arguments.parse_args()

import torch
from transformers import Blip2ForConditionalGeneration

torch.set_num_threads(a.threads)
torch.manual_seed(0)
model = Blip2ForConditionalGeneration.from_pretrained(a.folder, dtype=torch.float32)
if hasattr(model.language_model, "set_experts_implementation"):
    model.language_model.set_experts_implementation(a.experts)
model.train(a.dropout)
model.language_model.eval()
trained = {"projection": ("language_projection.",), "qformer": ("language_projection.", "qformer.", "query_tokens"),
           "vision": ("language_projection.", "qformer.", "query_tokens", "vision_model.")}[a.train]
plain = lambda name: name.removeprefix("model.")
for name, parameter in model.named_parameters():
    parameter.requires_grad_(plain(name).startswith(trained))
parameters = [p for p in model.parameters() if p.requires_grad]
optimiser = torch.optim.AdamW(parameters, lr=1e-4, betas=(0.9, 0.98), weight_decay=0.05)

config = model.config
side, queries = config.vision_config.image_size, config.num_query_tokens
generator = torch.Generator().manual_seed(0)
pixels = torch.randn(a.batch, 3, side, side, generator=generator)
text = torch.randint(4, config.text_config.vocab_size - 2, (a.batch, a.text_tokens), generator=generator)
ids = torch.cat([torch.full((a.batch, queries), config.image_token_index), text], 1)
labels = torch.full_like(ids, -100)
labels[:, -a.labelled_tokens:] = ids[:, -a.labelled_tokens:]
mask = torch.ones_like(ids)
vision = next(module for name, module in model.named_modules() if name.endswith("vision_model"))

rows, losses = [], []
for run in range(a.runs + 3):
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=a.autocast):
        start = time.perf_counter()
        vision(pixels)      # by itself, to tell its share; not part of the step
        begin, cpu_begin = time.perf_counter(), time.process_time()
    with torch.autocast("cpu", torch.bfloat16, enabled=a.autocast):
        loss = model(pixel_values=pixels, input_ids=ids, attention_mask=mask, labels=labels).loss
    forward = time.perf_counter()
    optimiser.zero_grad()
    loss.backward()
    backward = time.perf_counter()
    torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    optimiser.step()
    end, cpu_end = time.perf_counter(), time.process_time()
    losses.append(round(loss.item(), 4))
    if run >= 3:
        rows.append((end - begin, begin - start, forward - begin, backward - forward, end - backward,
                     cpu_end - cpu_begin))
median = [statistics.median(column) for column in zip(*rows)]
print(json.dumps(dict(
    suite="finetune", peer="transformers", folder=a.folder.rstrip("/").split("/")[-1], train=a.train, batch=a.batch,
    text_tokens=a.text_tokens, labelled_tokens=a.labelled_tokens, threads=a.threads, autocast_bf16=a.autocast,
    dropout=a.dropout, step_s=round(median[0], 5), best_step_s=round(min(r[0] for r in rows), 5),
    images_per_s=round(a.batch / median[0], 2), vision_forward_s=round(median[1], 5),
    whole_forward_s=round(median[2], 5), backward_s=round(median[3], 5), optimiser_s=round(median[4], 5),
    cpu_s=round(median[5], 5),     trained=sum(p.numel() for p in parameters), losses=losses[:3] + losses[-1:], runs=a.runs, torch=torch.__version__,
    peak_rss_mib=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))))
