"""The table of parity with transformers: architecture, cases, largest difference, ids equal.

    python Tests/Peers/parity_table.py --bin .build/release/lorgnette --references ../shared/peers/make_hf_reference.py [--seed N] [--keep DIR]
        [--everywhere]

Makes tiny checkpoints of random sizes with what transformers computes on them: every case of make_hf_reference.py, in float32 and
again in bfloat16 shards, and every option of decoder_cases.py (windows, rotary scalings, MXFP4, ...). On each runs
`lorgnette verify --all --json`. Prints Markdown; what differs goes to standard error, and the exit status is then 1.

With --everywhere each language model stands behind both kinds of folder, blip-2 and instructblip, not only those of the script's list.

Differences are of logits absolute, of other stages relative to the stage's greatest element; both are to be below 1e-4.
"""
import argparse, collections, json, os, pathlib, re, subprocess, sys, tempfile

NAMES = dict(
    opt="OPT", llama="Llama", mistral="Mistral", qwen2="Qwen2", qwen3="Qwen3", gpt2="GPT-2", olmoe="OLMoE", mixtral="Mixtral",
    qwen2_moe="Qwen2-MoE", qwen3_moe="Qwen3-MoE", granitemoe="GraniteMoE", granitemoeshared="GraniteMoE shared",
    deepseek_v2="DeepSeek-V2", deepseek_v3="DeepSeek-V3", phimoe="PhiMoE", gpt_oss="gpt-oss", t5="T5", t5_v1_1="FLAN-T5 (T5 v1.1)",
    switch="Switch Transformers", itm="BLIP-2 image–text matching", clip="CLIP", clip_proj="CLIP with projection", siglip="SigLIP",
    vit="ViT", dinov2="DINOv2", dinov2_reg="DINOv2 with registers", eva_blip2="BLIP-2's ViT")
IDS = ("greedy", "batch", "beams")


def made(command, out, label):
    run = subprocess.run([sys.executable, *map(str, command)], capture_output=True, text=True)
    if run.returncode: print(f"{label}: {run.stderr.strip()[-300:]}", file=sys.stderr)
    return sorted(p.parent for p in out.glob("*/reference.safetensors"))


def architecture(case):
    """(place, architecture) of a case's folder name: text-llama-yarn is an option of Llama alone."""
    place, _, name = case.partition("-")
    base = name.split("-")[0]
    return place, name.replace("-", "_") if name.replace("-", "_") in NAMES else base if base in NAMES else name


def main():
    parser = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--references", required=True, help="make_hf_reference.py")
    parser.add_argument("--seed", default="20")
    parser.add_argument("--keep", help="a folder for what is made")
    parser.add_argument("--everywhere", action="store_true", help="each language model behind both kinds of folder")
    a = parser.parse_args()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    with tempfile.TemporaryDirectory(prefix="parity") as scratch:
        sys.exit(table(a, pathlib.Path(a.keep or scratch)))


def everywhere(script, out):
    """A copy of make_hf_reference.py whose list of cases has each language model behind both kinds of folder."""
    text, changed = re.subn(r'for k in \([^)]*\): CASES\["(blip2|instructblip)-"', r'for k in TEXT: CASES["\1-"', pathlib.Path(script).read_text())
    if changed != 2: sys.exit(f"{script}: its list of cases is not where it was")
    out.mkdir(parents=True, exist_ok=True)
    copy = out / "make_hf_reference_everywhere.py"
    copy.write_text(text)
    return copy


def table(a, out):
    here = pathlib.Path(__file__).resolve().parent
    references = everywhere(a.references, out) if a.everywhere else a.references
    common = [references, "--seed", a.seed, "--random-dims", "--no-train"]
    shards = ["--dtype", "bfloat16", "--max-shard-size", "200KB"]
    passes = [
        ("f32", made([common[0], out / "f32", *common[1:]], out / "f32", "f32")),
        ("bf16 shards", made([common[0], out / "bf16", *common[1:], *shards], out / "bf16", "bf16")),
        ("options", made([here / "decoder_cases.py", out / "options", "--seed", a.seed], out / "options", "options")),
    ]
    rows, wrong, total = collections.defaultdict(list), 0, 0
    for label, cases in passes:
        for case in cases:
            run = subprocess.run(
                [a.bin, "verify", "-m", case, "--reference", case / "reference.safetensors", "--all", "--json"],
                capture_output=True, text=True, timeout=600)
            checks = [json.loads(line) for line in run.stdout.splitlines()]
            place, name = architecture(case.name)
            rows[name].append((label, place, checks))
            total += 1
            if run.returncode or not checks:
                wrong += 1
                bad = [f"{c['stage']} {c['tensor']} {c['difference']}" for c in checks if not c["ok"]]
                print(f"{label} {case.name}: {'; '.join(bad) or run.stderr.strip()}", file=sys.stderr)
    print("| architecture | | cases | largest difference | of logits | ids equal | tokenizers equal |\n|---|---|---|---|---|---|---|")
    for name in sorted(rows, key=lambda n: list(NAMES).index(n) if n in NAMES else 99):
        print(row(name, rows[name]))
    print(f"\n{total - wrong} of {total} cases agree (seed {a.seed}, transformers {version()}).")
    return 1 if wrong or not total else 0


def row(name, cases):
    words = dict(text="alone", vision="alone", blip2="behind `blip-2`", instructblip="behind `instructblip`")
    places = [words[p] for p in words if any(place == p and label != "options" for label, place, _ in cases)]
    options = sum(label == "options" for label, _, _ in cases)
    told = ", ".join(dict.fromkeys(places)) + (f"; {options} option{'s' if options > 1 else ''}" if options else "")
    checks = [c for _, _, found in cases for c in found]
    scaled = lambda c: c["difference"] / c["tolerance"] * 1e-4 if c["tolerance"] else 0
    measured = [c for c in checks if c["tolerance"] and c["difference"] is not None and c["stage"] != "pixels"]
    most = max(map(scaled, measured), default=None)
    logits = max((c["difference"] for c in measured if c["stage"] == "logits"), default=None)
    number = lambda x: "–" if x is None else f"{x:.1e}"
    def counted(stages):
        some = [c for c in checks if c["stage"] in stages]
        ties = sum(c["near_tie"] for c in some)
        good = sum(c["ok"] and not c["near_tie"] for c in some)
        return "–" if not some else f"{good} of {len(some)}" + (f" ({ties} near ties)" if ties else "")
    return f"| {NAMES.get(name, name)} | {told} | {len(cases)} | {number(most)} | {number(logits)} | {counted(IDS)} | {counted(('tokenizer',))} |"


def version():
    try:
        import transformers
        return transformers.__version__
    except ImportError:
        return "?"


if __name__ == "__main__":
    main()
