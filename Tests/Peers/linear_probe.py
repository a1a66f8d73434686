"""A linear probe on the frozen vision features of a model: what naming pictures costs without a bridge.

Multinomial logistic regression (L-BFGS, L2) on the mean, the class token, or all tokens of `lorgnette embed --stage features`, with the
penalty chosen by cross-validation over the training rows; reports the share of held-out pictures named right.

usage: linear_probe.py --bin .build/release/lorgnette --model DIR --pairs FILE [--split train --dev dev]
"""
import argparse, json, pathlib, subprocess, tempfile
import torch
from safetensors.torch import load_file

ap = argparse.ArgumentParser()
ap.add_argument("--bin", required=True); ap.add_argument("--model", required=True); ap.add_argument("--pairs", required=True)
ap.add_argument("--split", default="train"); ap.add_argument("--dev", default="dev")
a = ap.parse_args()
base = pathlib.Path(a.pairs).parent
rows = [json.loads(line) for line in open(a.pairs, encoding="utf8")]
rows = [r for r in rows if r["split"] in (a.split, a.dev)]
names = sorted({r["label"] for r in rows})
out = pathlib.Path(tempfile.mkdtemp()) / "features.safetensors"
subprocess.run([a.bin, "embed", "-m", a.model, "--stage", "features", "-o", str(out), "--quiet"]
               + [str(base / r["image"]) for r in rows], check=True)
x = next(iter(load_file(out).values())).float()
y = torch.tensor([names.index(r["label"]) for r in rows])
train = torch.tensor([r["split"] == a.split for r in rows])


def fit(features, labels, penalty):
    mean, deviation = features.mean(0), features.std(0) + 1e-6
    z = (features - mean) / deviation
    w = torch.zeros(z.shape[1], len(names), requires_grad=True); b = torch.zeros(len(names), requires_grad=True)
    opt = torch.optim.LBFGS([w, b], lr=1, max_iter=200, line_search_fn="strong_wolfe")
    def closure():
        opt.zero_grad()
        loss = torch.nn.functional.cross_entropy(z @ w + b, labels) + penalty * w.square().sum()
        loss.backward()
        return loss
    opt.step(closure)
    return lambda f: (((f - mean) / deviation) @ w + b).argmax(1)


for name, features in (("mean", x.mean(1)), ("class token", x[:, 0]), ("all tokens", x.flatten(1))):
    tx, ty, best = features[train], y[train], None
    fold = torch.arange(len(ty)) % 5
    for penalty in (1e-4, 1e-3, 1e-2, 1e-1, 1):
        right = sum((fit(tx[fold != k], ty[fold != k], penalty)(tx[fold == k]) == ty[fold == k]).sum().item() for k in range(5))
        if best is None or right > best[0]: best = (right, penalty)
    right = (fit(tx, ty, best[1])(features[~train]) == y[~train]).float().mean().item()
    print(f"{name}: {right:.3f} of {int((~train).sum())} held-out pictures (penalty {best[1]}, {features.shape[1]} features)")
