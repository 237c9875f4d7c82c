"""Makes benchmark/*.json.gz: prompts and scores that lmms-eval's own functions give on generated questions and answers;
and benchmark/*.parquet: the first of the questions, with images, in the data sets' own layout.

Needs a checkout of https://github.com/EvolvingLMMs-Lab/lmms-eval (made at 75571cfe) and what its task modules import:

    python make_benchmark_fixtures.py --lmms-eval DIR

A fixture holds generated rows in the data set's column layout (without images) with their prompts, and passes over
them: an answer to every row, its score, and the metrics of the pass. As in lmms-eval's task class, answers are
stripped before they are scored. Where lmms-eval draws a random letter (MMMU, MMMU-Pro) the draw is replaced by "".
MMMU's open questions are scored by lmms-eval's eval_open on the list that its parse_open_response gives, and a gold
answer that is written as a list counts as one, which is MMMU's own rule; "as_published" is what the task itself makes
of them. MMBench is scored by its "static" rule.
"""

import argparse
import ast
import contextlib
import gzip
import importlib
import io
import json
import math
import platform
import random
import string
import subprocess
import sys
from pathlib import Path

OUT = Path(__file__).resolve().parents[1] / "resources" / "benchmark"
SEED = 20261125
WORDS = ["cat", "a red bus", "The dog", "two", "10", "0.5", "3,200", "5%", "$6", "Paris", "not visible", "an apple",
         "left of the tree", "1/8", "north-east", "it's", "don't", "红色", "左边", "são paulo", "ice cream", "I", "A",
         "B minor", "none", "12.50", "1e3", "-7", "straße", "İzmir", "blue, green", "what's up", "U.S.A.", "." * 34 + "etc"]
FORMS = ["{L}", "{L}.", "({L})", "({L}).", "{L})", "{L}:", "{l}", "{l}.", "{L}. {t}", "{L}, {t}", "({L}) {t}", "{t}",
         "The answer is {L}", "the correct answer is ({L}).", "Answer: {L}", "{L} or {M}", "({L}) and ({M})", "{L} {M}",
         "{L},{M}", "A {t} is on the left of {L}", "I think it could be {t}, so {L}", "答案是{L}", "选{L}。", "答案为 {L} ",
         "{L}、{M}", "**{L}**", "\n{L}\n", "  {L}  ", "\u00a0{L}\u3000", "", " ", "...", "'{L}'", '"{L}"', "{L}!", "{L}?",
         "Option {L} is right because {t} fits the picture best", "not {M}. So the final answer is {L}",
         "{t} {t} {t} {t} {t} {t}", "Ａ", "É.", "ß", "😀 {L}", "{L}😀", "None of the above", "{l}) {t}", "<{L}>", "[{L}]",
         "İ the answer is {L}", "my choice is {M}, not {L}", "ABCD", "{L}{M}", "yes", "No", "{L}. \n{M}.", ":{L}", ":{L}).",
         "Failed to obtain answer via API {L}", "nan", "E", "e"]
YESNO = ["yes", "no", "Yes", "No", "YES.", "no.", "y", "N", "x", "", "Yes, it is", "No, there is not", "not", "know",
         "nope", "yeah", "y.e.s", " yes ", "It is yes", "I know", "The answer is no", "是", "否", "yes\n", "n o", "ye s", "\u00a0no"]


def letter(rng, n):
    return string.ascii_uppercase[rng.randrange(n)]


def yesno_answer(rng):
    edges = ["", "", "", " ", ".", "\n", "\u00a0", "-", "...", ",", " really", " 2", "Y", "é"]
    bare = rng.choice(YESNO)
    return bare if rng.random() < 0.4 else rng.choice(edges) + bare + rng.choice(edges)


def mcq_answer(rng, gold, options):
    pick = gold if rng.random() < 0.5 else letter(rng, len(options))
    text = options[string.ascii_uppercase.index(pick)]
    other = letter(rng, len(options))
    return rng.choice(FORMS).replace("{L}", pick).replace("{l}", pick.lower()).replace("{M}", other).replace("{t}", text)


def text_answer(rng, golds):
    gold = rng.choice(golds) if golds else "x"
    kind = rng.randrange(22)
    if kind < 8:
        return [gold, gold.upper(), gold + ".", " " + gold, "the " + gold, gold.replace(" ", "").replace(".", ""), gold + " " + gold,
                gold[:-1]][kind]
    if kind < 14:
        noise = list(gold)
        for _ in range(rng.randrange(3) + 1):
            noise.insert(rng.randrange(len(noise) + 1), rng.choice("aeé 1.,%中😀'-"))
        return "".join(noise)
    if kind < 17:
        try:
            value = float(gold.rstrip("%").replace(",", ""))
            scaled = value * rng.choice([1, 1.05, 0.95, 1.0499, 1.0501, 0.9499, 0.5, -1, 100])
            return rng.choice(["{}", "{}%", "{:.2f}", "{:e}", "+{}", "{}.", " {} ", "_{}", "{} %"]).format(scaled)
        except ValueError:
            return "so the result is " + gold
    return rng.choice(["", "unanswerable", "0", "nan", "inf", "-inf", "1_000", "１２", ".5", "5.", "0%", "%", "1e400",
                       "answer = " + gold, "It is " + gold + ".\nThus " + gold, "2, 3 and 1,000", "1.5e3", "a.b.c" * 20,
                       "x=4", "two", "the", "a", "I don't know; dont ask", gold + "!", "(" + gold + ")", rng.choice(WORDS)])


def word(rng):
    return rng.choice(WORDS)


def options(rng, n):
    return rng.sample(WORDS, n)


def question(rng):
    return rng.choice(["What is shown?", "How many are there?", " Where is it? ", "图中是什么？", "Is \"x\" < 3?\nLook."])


class Modules:
    def __getattr__(self, name):
        return importlib.import_module("lmms_eval.tasks." + name.replace("__", "."))


M = Modules()
SW = {"pre_prompt": "", "post_prompt": "\nAnswer the question using a single word or phrase."}
LTR = "\nAnswer with the option's letter from the given choices directly."


def mean(values):
    return sum(values) / len(values)


def plain(score):
    return lambda docs, results: {"score": mean(results)}


def mme_docs(rng):
    u = M.mme__utils
    categories = u.eval_type_dict["Perception"][:4] + u.eval_type_dict["Cognition"][:2]
    return [{"question_id": f"{c}/{i:04d}.png", "question": question(rng) + " Please answer yes or no.",
             "answer": a, "category": c} for c in categories for i in range(5) for a in ("Yes", "No")]


def mme_total(docs, answers):
    u = M.mme__utils
    results = [u.mme_process_results(d, [a]) for d, a in zip(docs, answers)]
    return {k: u.mme_aggregate_results([r[k] for r in results if k in r])
            for k in ("mme_perception_score", "mme_cognition_score")}


def mmbench_docs(rng):
    docs = []
    for i in range(20):
        n = rng.choice([2, 3, 4])
        base = options(rng, n)
        shared = {"question": question(rng), "hint": rng.choice(["nan", "Look at the chart.", None]), "source": "s",
                  "split": "dev", "comment": "nan", "category": rng.choice(["ocr", "action", "color"]),
                  "L2-category": rng.choice(["perception", "reasoning"])}
        for turn in range(n):
            row = dict(shared, index=i + turn * 10**6, answer="ABCD"[(turn + i) % n])
            for c in range(4):
                row["ABCD"[c]] = base[(c - turn) % n] if c < n else rng.choice(["nan", None])
            docs.append(row)
    return docs


def mmbench_one(d, a):
    import pandas
    u = M.mmbench__en_utils
    data = pandas.DataFrame([u.mmbench_process_results(d, [a])["gpt_eval_score"]])
    return float(u.mmbench_evaluator.eval_sub_data(data, {d["index"]: d["answer"]}, static_only=True))


def mmbench_total(docs, answers):
    u = M.mmbench__en_utils
    results = [u.mmbench_process_results(d, [a])["gpt_eval_score"] for d, a in zip(docs, answers)]
    total, categories, l2 = u.mmbench_evaluator.eval_result(results, "static")
    return {"score": total, **{"category/" + k: v for k, v in categories.items()}, **{"L2-category/" + k: v for k, v in l2.items()}}


def mmmu_docs(rng):
    docs = []
    for i in range(60):
        subject = rng.choice(["Art", "Math", "History", "Computer_Science"])
        kind = "open" if i % 3 == 0 else "multiple-choice"
        row = {"id": f"validation_{subject}_{i}", "question": question(rng) + " <image 1>", "question_type": kind}
        if kind == "open":
            gold = [g for g in options(rng, 2) if "'" not in g]
            row.update(options="[]", answer=rng.choice([gold[0], repr(gold)]))
        else:
            choices = options(rng, rng.choice([2, 4, 5]))
            row.update(options=repr(choices), answer=letter(rng, len(choices)))
        docs.append(row)
    return docs


def literal(gold):
    return ast.literal_eval(gold) if gold.startswith("[") else gold


def mmmu_parsed(d, a):
    if d["question_type"] == "open":
        return M.mmmu__utils.parse_open_response(a)
    return M.mmmu__utils.mmmu_process_results(d, [a])["mmmu_acc"]["parsed_pred"][0]


def mmmu_one(d, a):
    if d["question_type"] == "open":
        return float(M.mmmu__utils.eval_open(literal(d["answer"]), mmmu_parsed(d, a)))
    return float(M.mmmu__utils.eval_multi_choice(d["answer"], mmmu_parsed(d, a)))


def mmmu_total(docs, answers):
    u = M.mmmu__utils
    published = [u.mmmu_process_results(d, [a])["mmmu_acc"] for d, a in zip(docs, answers)]
    ours = [dict(p, answer=literal(d["answer"]) if d["question_type"] == "open" else d["answer"],
                 parsed_pred=[mmmu_parsed(d, a)]) for p, d, a in zip(published, docs, answers)]
    return {"score": u.mmmu_aggregate_results(ours), "as_published": u.mmmu_aggregate_results(published)}


def mmmu_pro_docs(rng):
    docs = []
    for i in range(60):
        choices = options(rng, 10)
        docs.append({"id": f"test_Art_{i}", "question": question(rng) + "<image 1>", "options": repr(choices),
                     "answer": letter(rng, 10), "subject": rng.choice(["Art", "Math", "Physics"])})
    return docs


def mmmu_pro_total(docs, answers):
    u = M.mmmu_pro__utils
    return {"score": u.mmmu_pro_aggregate_results([u.mmmu_pro_process_results(d, [a])["mmmu_acc"] for d, a in zip(docs, answers)])}


def mmstar_docs(rng):
    u = M.mmstar__utils
    docs = []
    for i in range(60):
        category = rng.choice(list(u.eval_type_dict))
        docs.append({"index": i, "question": question(rng) + "\nOptions: A: x, B: y, C: z, D: w", "answer": letter(rng, 4),
                     "category": category, "l2_category": rng.choice(u.eval_type_dict[category])})
    return docs


def mmstar_total(docs, answers):
    u = M.mmstar__utils
    results = [u.mmstar_process_results(d, [a]) for d, a in zip(docs, answers)]
    keys = sorted({k for r in results for k in r})
    values = {k: u.mmstar_aggregate_results([r[k] for r in results if k in r]) for k in keys}
    return {"score": values.pop("average"), **{"category/" + k: v for k, v in values.items()}}


def pope_total(docs, answers):
    u = M.pope__utils
    results = [u.pope_process_results(d, [a]) for d, a in zip(docs, answers)]
    return {k: getattr(u, "pope_aggregate_" + k)([r["pope_" + k] for r in results])
            for k in ("accuracy", "precision", "recall", "f1_score", "yes_ratio")}


def seed_docs(rng):
    return [{"question_id": str(i), "question": question(rng), "data_type": "image", "data_id": "x", "question_type_id": i % 9 + 1,
             "answer": letter(rng, 4), **{"choice_" + c: word(rng) for c in "abcd"}} for i in range(60)]


def seed_one(d, a):
    u = M.seedbench__utils
    return float(u.seed_aggregation_result([u.seed_process_result(d, [a])["seed_image"]]))


def seed_total(docs, answers):
    u = M.seedbench__utils
    return {"score": u.seed_aggregation_result([u.seed_process_result(d, [a])["seed_image"] for d, a in zip(docs, answers)])}


def ai2d_one(d, a):
    from lmms_eval.api.metrics import exact_match_hf_evaluate
    u = M.ai2d__utils
    kept = u.MultiChoiceRegexFilter(group_select=0, ignore_case=True, ignore_punctuation=True,
                                    regex_pattern="([A-Z])\\.").apply([[a]], [d])[0].strip()
    gold = u.ai2d_doc_to_target(d, "mcq")
    return float(exact_match_hf_evaluate([kept], [gold], ignore_case=True, ignore_punctuation=True)["exact_match"])


def anls_one(d, a):
    from lmms_eval.api.metrics import anls
    return float(anls(references=d["answers"], predictions=[a])["anls"])


def vqa_docs(rng, column, count=3):
    return [{"questionId": str(i), "question_id": str(i), "question": question(rng),
             column: [word(rng) if rng.random() < 0.5 else w for w in [word(rng)] * count]} for i in range(60)]


def okvqa_one(d, a):
    return float(M.ok_vqa__utils.ok_vqa_process_results(dict(d, answers=list(d["answers"])), [a])["exact_match"])


def chartqa_one(d, a):
    return M.chartqa__utils.chartqa_process_results(d, [a])["relaxed_overall"]


def realworld_docs(rng):
    return [{"question": question(rng) + "\nA. Left\nB. Right\nPlease answer directly with only the letter of the correct option and nothing else.",
             "answer": letter(rng, 4) if i % 3 else word(rng), "image_path": f"{i}.webp"} for i in range(60)]


def mcq(options_of, gold_of=lambda d: d["answer"]):
    return lambda rng, d: mcq_answer(rng, gold_of(d), options_of(d))


def abcd(d):
    return [d[c] or "nan" for c in "ABCD"]


MIXED = lambda rng, d: (mcq_answer(rng, d["answer"], options(rng, 4)) if d["answer"] in list("ABCD") else text_answer(rng, [d["answer"]]))
TASKS = {
    "mme": (mme_docs, lambda d: M.mme__utils.mme_doc_to_text(d, SW), lambda rng, d: yesno_answer(rng),
            lambda d, a: list(M.mme__utils.mme_process_results(d, [a]).values())[0]["score"], mme_total),
    "mmbench-en": (mmbench_docs, lambda d: M.mmbench__en_utils.mmbench_doc_to_text(d, {"post_prompt": LTR}),
                   mcq(abcd), mmbench_one, mmbench_total),
    "mmbench-cn": (mmbench_docs,
                   lambda d: M.mmbench__cn_utils.mmbench_doc_to_text(d, {"post_prompt": "\n请直接使用所提供的选项字母作为答案回答。"}),
                   mcq(abcd), mmbench_one, mmbench_total),
    "mmmu": (mmmu_docs, lambda d: M.mmmu__utils.mmmu_doc_to_text(d, {"prompt_type": "format", "multiple_choice_prompt": LTR.strip(),
                                                                     "open_ended_prompt": SW["post_prompt"].strip()}),
             lambda rng, d: text_answer(rng, [d["answer"].strip("[]'")]) if d["question_type"] == "open"
             else mcq_answer(rng, d["answer"], ast.literal_eval(d["options"])), mmmu_one, mmmu_total),
    "mmmu-pro": (mmmu_pro_docs, lambda d: M.mmmu_pro__utils.mmmu_pro_doc_to_text(
        d, {"post_prompt": "Answer with the option letter from the given choices directly."}),
        mcq(lambda d: ast.literal_eval(d["options"])),
        lambda d, a: float(M.mmmu_pro__utils.mmmu_pro_process_results(d, [a])["mmmu_acc"]["parsed_pred"] == d["answer"]), mmmu_pro_total),
    "mmstar": (mmstar_docs, lambda d: M.mmstar__utils.mmstar_doc_to_text(d, {"pre_prompt": "", "post_prompt": LTR[:-1]}),
               mcq(lambda d: list("xyzw")), lambda d, a: M.mmstar__utils.mmstar_process_results(d, [a])["average"]["score"], mmstar_total),
    "scienceqa": (lambda rng: [{"question": question(rng), "hint": rng.choice(["", "The hint."]), "choices": options(rng, n), "answer": rng.randrange(n),
                                "subject": rng.choice(["natural science", "social science"])} for n in [2, 3, 4] * 20],
                  lambda d: M.scienceqa__utils.sqa_doc_to_text(d, {"format": "default", "pre_prompt": "", "post_prompt": LTR}),
                  mcq(lambda d: d["choices"], lambda d: "ABCDE"[d["answer"]]),
                  lambda d, a: M.scienceqa__utils.sqa_process_results(d, [a])["exact_match"], None),
    "ok-vqa": (lambda rng: vqa_docs(rng, "answers", 10), lambda d: M.ok_vqa__utils.ok_vqa_doc_to_text(d, {
        "pre_prompt": "", "post_prompt": "\nWhen the provided information is insufficient, respond with 'Unanswerable'." + SW["post_prompt"]}),
        lambda rng, d: text_answer(rng, d["answers"]), okvqa_one, None),
    "ai2d": (lambda rng: [{"question": question(rng), "options": options(rng, 4), "answer": str(rng.randrange(4))} for _ in range(60)],
             lambda d: M.ai2d__utils.ai2d_doc_to_text(d, {"prompt_format": "mcq", "pre_prompt": "", "post_prompt": LTR}),
             mcq(lambda d: d["options"], lambda d: "ABCD"[int(d["answer"])]), ai2d_one, None),
    "chartqa": (lambda rng: [{"type": rng.choice(["human_test", "augmented_test"]), "question": question(rng), "answer": word(rng)} for _ in range(60)],
                lambda d: M.chartqa__utils.chartqa_doc_to_text(d, {"pre_prompt": "", "post_prompt": "\nAnswer the question with a single word."}),
                lambda rng, d: text_answer(rng, [d["answer"]]), chartqa_one, None),
    "docvqa": (lambda rng: vqa_docs(rng, "answers"), lambda d: M.docvqa__utils.docvqa_doc_to_text(d, SW),
               lambda rng, d: text_answer(rng, d["answers"]), anls_one, None),
    "infovqa": (lambda rng: vqa_docs(rng, "answers"), lambda d: M.infovqa__utils.infovqa_doc_to_text(d, SW),
                lambda rng, d: text_answer(rng, d["answers"]), anls_one, None),
    "seedbench": (seed_docs, lambda d: M.seedbench__utils.seed_doc_to_text(d),
                  mcq(lambda d: [d["choice_" + c] for c in "abcd"]), seed_one, seed_total),
    "realworldqa": (realworld_docs, lambda d: M.realworldqa__utils.realworldqa_doc_to_text(d, {"pre_prompt": "", "post_prompt": ""}), MIXED,
                    lambda d, a: M.realworldqa__utils.realworldqa_process_results(d, [a])["exact_match"], None),
    "pope": (lambda rng: [{"id": str(i), "question_id": str(i), "question": question(rng), "answer": rng.choice(["yes", "no"]),
                           "category": rng.choice(["adversarial", "popular", "random"])} for i in range(60)],
             lambda d: M.pope__utils.pope_doc_to_text(d, SW), lambda rng, d: yesno_answer(rng),
             lambda d, a: M.pope__utils.pope_process_results(d, [a])["pope_accuracy"]["score"], pope_total),
}


# Columns of the data sets beside those that the tasks read.
EXTRA = {
    "mmmu": {"explanation": "", "img_type": "['Tables']", "topic_difficulty": "Easy", "subfield": "x",
             **{f"image_{i}": None for i in range(2, 8)}},
    "mmmu-pro": {"explanation": "", "img_type": "['Tables']", "topic_difficulty": "Easy", **{f"image_{i}": None for i in range(2, 8)}},
    "mmstar": {"meta_info": {"source": "MMBench", "split": "val", "image_path": "images/0.jpg"}},
    "scienceqa": {"task": "closed choice", "grade": "grade2", "topic": "t", "category": "c", "skill": "s", "lecture": "", "solution": ""},
    "ok-vqa": {"question_type": "one", "answer_type": "other"},
    "docvqa": {"question_types": ["handwritten"], "docId": 1, "ucsf_document_id": "x", "ucsf_document_page_no": "1", "data_split": "val"},
    "infovqa": {"answer_type": ["single span"], "image_url": "u", "operation/reasoning": ["counting"], "ocr": "{}", "data_split": "val"},
    "seedbench": {"segment": ["0"]},
    "pope": {"image_source": "COCO_val2014_0"},
}


def write_table(name, docs):
    """The first rows with images as a Parquet file in the hub's layout: an image is a struct of bytes and path."""
    import pyarrow
    import pyarrow.parquet
    from PIL import Image
    kind = pyarrow.struct([("bytes", pyarrow.binary()), ("path", pyarrow.string())])
    rows = [d for d in docs if d.get("index", 0) < 10**6][:6] + [d for d in docs if d.get("index", 0) >= 10**6][:4]
    rows = rows if len(rows) >= 10 else docs[:10]
    images = []
    for i in range(len(rows)):
        packed = io.BytesIO()
        Image.new("RGB", (20 + i, 16), (20 * i, 255 - 20 * i, 7 * i)).save(packed, "PNG")
        images.append({"bytes": packed.getvalue(), "path": f"{i}.png"})
    columns = {k: pyarrow.array([d[k] for d in rows]) for k in rows[0]}
    for key, value in EXTRA.get(name, {}).items():
        columns[key] = pyarrow.array([value] * len(rows), kind if key.startswith("image_") and key[6:].isdigit() else None)
    if name == "seedbench":
        columns["image"] = pyarrow.array([[image] for image in images], pyarrow.list_(kind))
    else:
        columns["image_1" if name.startswith("mmmu") else "image"] = pyarrow.array(images, kind)
    pyarrow.parquet.write_table(pyarrow.table(columns), OUT / f"{name}.parquet", row_group_size=4)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lmms-eval", type=Path, required=True)
    checkout = parser.parse_args().lmms_eval
    sys.path.insert(0, str(checkout))
    M._task_utils__mmmu_mcq_utils.random = type("NoDraw", (), {"choice": staticmethod(lambda choices: "")})
    commit = subprocess.run(["git", "-C", str(checkout), "rev-parse", "HEAD"], capture_output=True, text=True).stdout.strip()
    versions = {"lmms_eval": commit or "75571cfe0fa36ca5ec2e6aa2bb268f9d38295af3", "python": platform.python_version(),
                "numpy": importlib.import_module("numpy").__version__, "pandas": importlib.import_module("pandas").__version__}
    OUT.mkdir(parents=True, exist_ok=True)
    for name, (make, prompt, answer, score, total) in TASKS.items():
        rng = random.Random(f"{SEED} {name}")
        docs = make(rng)
        passes = []
        with contextlib.redirect_stdout(io.StringIO()):
            while sum(len(p["answers"]) for p in passes) < 1200:
                raw = [answer(rng, d) for d in docs]
                answers = [a.strip() for a in raw]
                scores = [score(d, a) for d, a in zip(docs, answers)]
                metrics = total(docs, answers) if total else {"score": mean(scores)}
                passes.append({"answers": raw, "scores": scores, "metrics": {k: float(v) for k, v in metrics.items()}})
        content = {"versions": versions, "seed": SEED, "rows": docs, "prompts": [prompt(d) for d in docs], "passes": passes}
        write_table(name, docs)
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        with open(OUT / f"{name}.json.gz", "wb") as file:
            with gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
                packed.write(text)
        flat = [s for p in passes for s in p["scores"]]
        assert not any(math.isnan(s) for s in flat)
        print(f"{name}: {len(flat)} answers, mean score {mean(flat):.3f}, distinct {len({a for p in passes for a in p['answers']})}")


if __name__ == "__main__":
    main()
