"""What training the bridge alone gives, beside a linear probe on the same frozen features and beside training the projection alone.

Draws a new alphabet (`data glyphs`: 30 letters, ten pictures each to learn from, ten held out) and scenes of one thing (`data scenes`; a name
is a colour and a kind, such as "red circle"), then names held-out pictures three ways:
  probe       multinomial logistic regression (L-BFGS, L2 chosen by cross-validation) on `lorgnette embed --stage features`: the mean, the
              class token, or all tokens; of scenes one probe for the colour and one for the kind, right where both are
  projection  `finetune --train projection` through the frozen decoder, the base's own querying transformer
  bridge      `finetune --set reinitialise=true`: querying transformer, queries and projection from new weights
Whatever exists under --out is not made again, so a killed run goes on.

usage: bridge_only.py --bin .build/release/lorgnette --model fixtures/tiny-blip2-olmoe --out DIR [--steps 6000] [--only glyphs|scenes]
"""
import argparse, json, pathlib, subprocess
import torch
from safetensors.torch import load_file

ap = argparse.ArgumentParser()
ap.add_argument("--bin", required=True); ap.add_argument("--model", required=True); ap.add_argument("--out", required=True)
ap.add_argument("--steps", type=int, default=6000); ap.add_argument("--only", choices=["glyphs", "scenes"]); ap.add_argument("--seed", type=int, default=0)
a = ap.parse_args()
out = pathlib.Path(a.out); out.mkdir(parents=True, exist_ok=True)
model = str(pathlib.Path(a.model).resolve())


def lorgnette(*arguments): return subprocess.run([a.bin, *map(str, arguments)], check=True, capture_output=True, text=True).stdout
def rows_of(path): return [json.loads(line) for line in open(path, encoding="utf8")]


def glyphs():
    folder = out / "glyphs"
    if not folder.exists(): lorgnette("data", "glyphs", "-o", folder, "--seed", a.seed)
    return folder / "pairs.jsonl", lambda row: [row["label"]], {"crop": {"scale": [0.8, 1.0], "ratio": [0.85, 1.15]}, "rotation": {"degrees": 10},
        "color": {"brightness": 0.2, "contrast": 0.2, "saturation": 0.3, "hue": 0.1}}


def scenes():
    folder = out / "scenes"
    if not folder.exists(): lorgnette("data", "scenes", "-o", folder, "--count", 6000, "--split", "train=0.8,dev=0.2", "--seed", a.seed, "--quiet")
    named = folder / "names.jsonl"
    with open(named, "w") as f:
        for row in rows_of(folder / "pairs.jsonl"):
            if len(row["objects"]) == 1 and not row.get("text"):
                thing = row["objects"][0]
                f.write(json.dumps({"image": row["image"], "caption": f"{thing['color']} {thing['kind']}", "split": row["split"], "set": "scenes"}) + "\n")
    return named, lambda row: row["caption"].split(" ", 1), {"crop": {"scale": [0.8, 1.0], "ratio": [0.85, 1.15]}}


def fit(features, labels, classes, penalty):
    mean, deviation = features.mean(0), features.std(0) + 1e-6
    z = (features - mean) / deviation
    w = torch.zeros(z.shape[1], classes, requires_grad=True); b = torch.zeros(classes, requires_grad=True)
    opt = torch.optim.LBFGS([w, b], lr=1, max_iter=100, line_search_fn="strong_wolfe")
    def closure():
        opt.zero_grad(); loss = torch.nn.functional.cross_entropy(z @ w + b, labels) + penalty * w.square().sum(); loss.backward(); return loss
    opt.step(closure)
    return lambda f: (((f - mean) / deviation) @ w + b).argmax(1)


def probed(features, labels, train, classes):
    x, y, best, fold = features[train], labels[train], None, torch.arange(int(train.sum())) % 5
    for penalty in (1e-4, 1e-3, 1e-2, 1e-1, 1):
        right = sum((fit(x[fold != k], y[fold != k], classes, penalty)(x[fold == k]) == y[fold == k]).sum().item() for k in range(5))
        if best is None or right > best[0]: best = (right, penalty)
    return fit(x, y, classes, best[1])(features[~train]) == labels[~train]


def probes(pairs, names_of):
    cache = out / (pairs.parent.name + "-probes.json")
    if cache.exists(): return json.loads(cache.read_text())
    rows = rows_of(pairs); file = out / "features.safetensors"
    lorgnette("embed", "-m", model, "--stage", "features", "-o", file, "--quiet", *[pairs.parent / r["image"] for r in rows])
    x = next(iter(load_file(file).values())).float(); file.unlink()
    train = torch.tensor([r["split"] == "train" for r in rows]); names = [names_of(r) for r in rows]; scores = {}
    for how, features in (("mean", x.mean(1)), ("class token", x[:, 0]), ("all tokens", x.flatten(1))):
        right = torch.ones(int((~train).sum()), dtype=torch.bool)
        for part in range(len(names[0])):
            classes = sorted({n[part] for n in names})
            right &= probed(features, torch.tensor([classes.index(n[part]) for n in names]), train, len(classes))
        scores[f"linear probe, {how}"] = right.float().mean().item()
    cache.write_text(json.dumps(scores)); return scores


def trained(pairs, how, augmentation):
    run = out / f"{pairs.parent.name}-{how}"
    recipe = {"base": model, "reinitialise": how == "bridge", "data": [{"pairs": str(pairs.resolve()), "augmentation": augmentation}],
              "text": {"caption": "{caption}."}, "train": {"part": "projection" if how == "projection" else "qformer"}, "steps": a.steps, "batch": 32,
              "learning_rate": 0.001, "average_decay": 0.995, "seed": a.seed, "dev": {"every": max(1, a.steps // 6), "rows": 300, "answered": 0}}
    file = out / f"{run.name}.yaml"; file.write_text(json.dumps(recipe))
    if not (run / "report.html").exists():
        lorgnette(*(["finetune", "--resume", run, "--quiet"] if run.exists() else ["finetune", file, "-o", run, "--quiet"]))
    result = out / f"{run.name}-eval"
    if not (result / "results.json").exists():
        lorgnette("eval", "--tasks", "pairs", "--data", pairs, "--split", "dev", "-m", model, "--bridge", run / "bridge", "-o", result, "--quiet")
    answers = [r for r in rows_of(result / "samples.jsonl") if r.get("question") is None]
    return sum(r["correct"] for r in answers) / len(answers)


for name, make in (("glyphs", glyphs), ("scenes", scenes)):
    if a.only and name != a.only: continue
    pairs, names_of, augmentation = make()
    held = sum(r["split"] == "dev" for r in rows_of(pairs)); seen = sum(r["split"] == "train" for r in rows_of(pairs))
    table = dict(probes(pairs, names_of))
    table["projection alone"] = trained(pairs, "projection", augmentation)
    table["bridge"] = trained(pairs, "bridge", augmentation)
    print(f"{name}: {seen} pictures to learn from, {held} held out", flush=True)
    for how, score in table.items(): print(f"  {how:28} {score:.3f}  ± {1.96 * (score * (1 - score) / held) ** 0.5:.3f}", flush=True)
