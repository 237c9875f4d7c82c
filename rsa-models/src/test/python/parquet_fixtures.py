"""Writes the Parquet fixtures of org.rsavlm.models.table and of org.rsavlm.train.data, and the same samples as JSON lines.

    python parquet_fixtures.py ../resources/org/rsavlm/models/table

Made with pyarrow 26.0.1. Columns as lmms-lab/LLaVA-OneVision-Data has them: id, image (struct of
bytes and path, null for text alone), conversations, data_source.
"""

import json
import random
import struct
import sys
import zlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

OUT = Path(sys.argv[1])
IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
TURNS = pa.list_(pa.struct([("from", pa.string()), ("value", pa.string())]))


def png(seed):
    rng = random.Random(seed)
    width, height = 8 + seed, 12
    rows = b"".join(b"\0" + bytes(rng.randrange(256) for _ in range(3 * width)) for _ in range(height))

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def turns(images, answer, rounds=1):
    said = [{"from": "human", "value": "<image>\n" * images + "What is it?"}, {"from": "gpt", "value": answer}]
    for i in range(1, rounds):
        said += [{"from": "human", "value": f"And {i}?"}, {"from": "gpt", "value": f"{answer} {i}"}]
    return said


def samples(several):
    for i in range(24):
        count = 0 if i % 5 == 4 else 1 + i % 3 if several else 1
        names = [f"{(i + k) % 6}.png" for k in range(count)]
        yield f"s{i}", names, turns(count, f"number {i} · größe" + " red" * (i % 4), 1 + i % 2)


def struct_of(name):
    return {"bytes": png(int(name[:-4])), "path": name}


def write(name, columns, **options):
    pq.write_table(pa.table(columns), OUT / name, **options)


def columns(rows, image):
    kind = IMAGE if image == "image" else pa.list_(IMAGE)
    value = {
        "image": lambda names: struct_of(names[0]) if names else None,
        "images": lambda names: [struct_of(n) for n in names] if names else random.Random(len(rows)).choice([[], None]),
    }[image]
    return {
        "id": pa.array([r[0] for r in rows]),
        image: pa.array([value(r[1]) for r in rows], kind),
        "conversations": pa.array([r[2] for r in rows], TURNS),
        "data_source": pa.array(["made"] * len(rows)),
    }


def main():
    (OUT / "images").mkdir(parents=True, exist_ok=True)
    for i in range(6):
        (OUT / "images" / f"{i}.png").write_bytes(png(i))
    single, several = list(samples(False)), list(samples(True))
    for name, rows in (("single", single), ("several", several)):
        with open(OUT / f"{name}.jsonl", "w", encoding="utf-8") as out:
            for ident, names, said in rows:
                image = {} if not names else {"image": names[0] if len(names) == 1 else names}
                out.write(json.dumps({"id": ident, **image, "conversations": said}, ensure_ascii=False) + "\n")

    # pyarrow's defaults: snappy, dictionaries, pages of version 1, no page index
    write("single-snappy.parquet", columns(single, "image"), row_group_size=7)
    # a page a value or two, with and without what else a writer may do
    pages = dict(use_dictionary=False, data_page_size=1, write_batch_size=2)
    write("single-pages.parquet", columns(single, "image"), row_group_size=11, **pages)
    write("single-indexed.parquet", columns(single, "image"), row_group_size=11, write_page_index=True,
          compression="zstd", data_page_version="2.0", write_page_checksum=True, **pages)
    write("single-plain.parquet", columns(single, "image"), compression="none", data_page_version="2.0")
    write("several-snappy.parquet", columns(several, "images"), row_group_size=9)
    # without an index or pages of version 2, pages may end within a row
    write("several-pages.parquet", columns(several, "images"), compression="gzip", **pages)

    shards = OUT / "shards"
    shards.mkdir(exist_ok=True)
    for i in range(3):
        write(f"shards/train-{i}.parquet", columns(single[8 * i:8 * i + 8], "image"))

    pairs = [r for r in single if r[1]]
    with open(OUT / "captions.jsonl", "w", encoding="utf-8") as out:
        for ident, names, said in pairs:
            said = [{"from": "human", "value": "<image>"}, said[1]]
            out.write(json.dumps({"id": ident, "image": names[0], "conversations": said}, ensure_ascii=False) + "\n")
    captions = {"id": [r[0] for r in pairs], "caption": [r[2][1]["value"] for r in pairs]}
    write("captions-struct.parquet", {**captions, "image": pa.array([struct_of(r[1][0]) for r in pairs], IMAGE)})
    write("captions-bytes.parquet", {"id": captions["id"], "text": captions["caption"],
                                     "image": pa.array([struct_of(r[1][0])["bytes"] for r in pairs], pa.binary())})
    write("captions-paths.parquet", {**captions, "image": [r[1][0] for r in pairs]})

    # several captions an image: texts, or Karpathy's objects beside a file's name
    several_texts = [[c, "another one", ""] for c in captions["caption"]]
    write("coco-texts.parquet", {"id": captions["id"], "sentences": pa.array(several_texts, pa.list_(pa.string())),
                                 "image": pa.array([struct_of(r[1][0]) for r in pairs], IMAGE)})
    objects = [[{"raw": text, "sentid": 7} for text in texts] for texts in several_texts]
    kind = pa.list_(pa.struct([("raw", pa.string()), ("sentid", pa.int64())]))
    write("coco-raw.parquet", {"id": captions["id"], "filename": [r[1][0] for r in pairs],
                               "sentences": pa.array(objects, kind)})

    # turns as a struct of lists, as `datasets` writes a Sequence of a dict
    split = [{"from": [t["from"] for t in r[2]], "value": [t["value"] for t in r[2]]} for r in single]
    kind = pa.struct([("from", pa.list_(pa.string())), ("value", pa.list_(pa.string()))])
    write("single-sequence.parquet", {**columns(single, "image"), "conversations": pa.array(split, kind)})

    # other sets' names and forms, for `columns:`
    spoken = {"human": "user", "gpt": "assistant"}
    messages = [[{"role": spoken[t["from"]], "content": t["value"]} for t in r[2]] for r in single]
    kind = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
    write("named-messages.parquet", {
        "__key__": [r[0] for r in single], "messages": pa.array(messages, kind),
        "jpg": pa.array([struct_of(r[1][0])["bytes"] if r[1] else None for r in single], pa.binary())})
    write("named-captions.parquet", {
        "uid": captions["id"], "alt_text": captions["caption"], "text": ["not this"] * len(pairs),
        "image": ["nor this"] * len(pairs), "figure": pa.array([struct_of(r[1][0]) for r in pairs], IMAGE)})
    with open(OUT / "questions.jsonl", "w", encoding="utf-8") as out:
        for ident, names, said in several:
            image = {} if not names else {"image": names}
            out.write(json.dumps({"id": ident, **image, "conversations": said[:2]}, ensure_ascii=False) + "\n")
    write("named-questions.parquet", {
        "id": [r[0] for r in several], "question": ["What is it?"] * len(several),
        "answer": [r[2][1]["value"] for r in several],
        "pictures": pa.array([[struct_of(n) for n in r[1]] for r in several], pa.list_(IMAGE))})

    bad = [
        ("good", struct_of("1.png"), turns(1, "fine")),
        ("no-turns", struct_of("1.png"), None),
        ("no-bytes", {"bytes": None, "path": None}, turns(1, "fine")),
        ("broken", {"bytes": png(1)[:40], "path": "b.png"}, turns(1, "fine")),
        ("empty", {"bytes": b"", "path": "e.png"}, turns(1, "fine")),
        ("no-file", {"bytes": None, "path": "none.png"}, turns(1, "fine")),
        ("outside", {"bytes": None, "path": "../single.jsonl"}, turns(1, "fine")),
        ("beside", {"bytes": None, "path": "2.png"}, turns(1, "fine")),
        ("null-image", None, turns(1, "fine")),
        ("text", {"bytes": None, "path": None}, turns(0, "fine")),
        (None, struct_of("3.png"), turns(1, "")),
    ]
    write("bad.parquet", {"id": [r[0] for r in bad], "image": pa.array([r[1] for r in bad], IMAGE),
                          "conversations": pa.array([r[2] for r in bad], TURNS)})
    write("nothing.parquet", {"question": ["what?"]})
    write("brotli.parquet", captions, compression="brotli")


main()
