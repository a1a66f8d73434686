"""Tokens a second of pretraining steps of a small OLMoE in PyTorch and transformers: the peer of `lorgnette-bench pretrain`.

    pretrain_step.py DIR [--text FILE --tokenizer FILE] [--rows 16] [--length 128] [--runs 20] [--experts grouped_mm] [--autocast]

Writes into DIR the model before its first step (transformers' own initialisation, so that `lorgnette-bench pretrain -m DIR`
begins with the same weights) and `batches.safetensors`, `ids` of [steps, rows, length], which both train on in this order.
A step is: cross-entropy of every token and 0.01 times the balance loss, gradients, clipping to a norm of 1, AdamW (1.5e-3,
0.9, 0.95, decay 0.05 on everything). One JSON line with the losses of all steps. The shape is that of the tiny checkpoint's
decoder. Without --text the ids are random.
"""
import argparse, json, pathlib, statistics, time

arguments = argparse.ArgumentParser()
arguments.add_argument("folder")
arguments.add_argument("--text")
arguments.add_argument("--tokenizer", help="a tokenizer.json of 4096 ids, for --text")
arguments.add_argument("--rows", type=int, default=16)
arguments.add_argument("--length", type=int, default=128)
arguments.add_argument("--threads", type=int, default=2)
arguments.add_argument("--runs", type=int, default=20)
arguments.add_argument("--experts", default="grouped_mm", choices=["grouped_mm", "batched_mm", "eager"])
arguments.add_argument("--autocast", action="store_true", help="bf16 matrix products")
a = arguments.parse_args()

import torch
from safetensors.torch import load_file, save_file
from transformers import OlmoeConfig, OlmoeForCausalLM

torch.set_num_threads(a.threads)
torch.manual_seed(0)
folder = pathlib.Path(a.folder)
folder.mkdir(parents=True, exist_ok=True)
config = OlmoeConfig(
    vocab_size=4096, hidden_size=192, intermediate_size=256, num_hidden_layers=6, num_attention_heads=6,
    num_key_value_heads=6, num_experts=8, num_experts_per_tok=2, max_position_embeddings=512, bos_token_id=1,
    eos_token_id=2, pad_token_id=0, norm_topk_prob=False, router_aux_loss_coef=0.01, tie_word_embeddings=False)
config._experts_implementation = a.experts
if (folder / "config.json").exists():
    model = OlmoeForCausalLM.from_pretrained(folder, dtype=torch.float32)
    model.set_experts_implementation(a.experts)
    batches = load_file(folder / "batches.safetensors")["ids"].long()
else:
    model = OlmoeForCausalLM(config)
    model.save_pretrained(folder)
    steps, generator = a.runs + 2, torch.Generator().manual_seed(0)
    if a.text:
        from tokenizers import Tokenizer
        text = open(a.text, encoding="utf8").read(4_000_000)
        ids = torch.tensor(Tokenizer.from_file(a.tokenizer).encode(text, add_special_tokens=False).ids)
        starts = torch.randint(len(ids) - a.length, (steps, a.rows), generator=generator)
        batches = torch.stack([torch.stack([ids[s:s + a.length] for s in row]) for row in starts.tolist()])
    else:
        batches = torch.randint(4096, (steps, a.rows, a.length), generator=generator)
    save_file({"ids": batches.float()}, folder / "batches.safetensors")

model.train()
parameters = list(model.parameters())
optimiser = torch.optim.AdamW(parameters, lr=1.5e-3, betas=(0.9, 0.95), weight_decay=0.05)
seconds, losses = [], []
for step in range(a.runs + 2):
    x = batches[step % len(batches)]
    start = time.perf_counter()
    with torch.autocast("cpu", torch.bfloat16, enabled=a.autocast):
        output = model(input_ids=x, labels=x, output_router_logits=True)
    loss = output.loss
    optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    optimiser.step()
    seconds.append(time.perf_counter() - start)
    losses.append(float(loss.detach()) - 0.01 * float(output.aux_loss))
rates = [x.numel() / s for s in seconds[2:]]
print(json.dumps({
    "suite": "pretrain", "peer": "transformers", "experts": a.experts, "autocast": a.autocast, "threads": a.threads,
    "unit": "tokens/s", "median": statistics.median(rates), "best": max(rates), "worst": min(rates),
    "runs": len(rates), "losses": [round(l, 5) for l in losses]}))
