"""Writes llava_prompts.json.gz: 200 conversations with the ids and labels that LLaVA-NeXT gives them.

What LLaVA-NeXT does (llava/train/train.py at df17966: preprocess_multimodal, preprocess_plain, preprocess_qwen;
llava/mm_utils.py: tokenizer_image_token) is stated here anew, over transformers' tokenizer loaded from the committed
tokenizer.json. Intended differences are applied after it and are these alone: the label of an image position is -100
(LLaVA overwrites it when it joins the features), and the literal 198 is the tokenizer's id of a line break.

Conversations with special tokens typed in a text are the third difference. For them the text is encoded piece by piece
by `tokenizers` with its switch `encode_special_tokens`, which keeps special tokens as text; for all others both ways
must agree, which is asserted. Running it again gives the same bytes for the same versions.
"""

import copy
import gzip
import json

import tokenizers
import transformers
from llava_conversations import Maker
from tokenizer_reference import SPECIALS, TEXT, text_only

IMAGE, IGNORE = -200, -100
PLACEHOLDER = "<image>"
SYSTEM = "You are a helpful assistant."
ROLES = {"human": "user", "gpt": "assistant"}


def multimodal(turns: list[list[str]]) -> list[list[str]]:
    """A lone placeholder that isn't at the start of its turn moves there, before a line break."""
    moved = []
    for speaker, text in turns:
        if text.count(PLACEHOLDER) == 1 and not text.startswith(PLACEHOLDER):
            text = f"{PLACEHOLDER}\n{text.replace(PLACEHOLDER, '').strip()}".strip()
        moved.append([speaker, text])
    return moved


def chunked(encode, prompt: str) -> list[int]:
    """Each stretch between placeholders encoded alone, an image id between them."""
    ids = []
    for i, chunk in enumerate(prompt.split(PLACEHOLDER)):
        ids += ([IMAGE] if i else []) + encode(chunk)
    return ids


class Llava:
    """LLaVA's way: the whole turn goes through the tokenizer, special tokens and all."""

    def __init__(self, tokenizer):
        self.base = tokenizer
        self.with_image = copy.deepcopy(tokenizer)
        self.with_image.add_tokens([PLACEHOLDER], special_tokens=True)

    def turn(self, role: str, text: str, has_image: bool) -> list[int]:
        tokenizer = self.with_image if has_image else self.base
        ids = tokenizer(f"<|im_start|>{role}\n{text}<|im_end|>\n").input_ids
        image = tokenizer.convert_tokens_to_ids(PLACEHOLDER) if has_image else None
        return [IMAGE if i == image else i for i in ids]

    def caption(self, text: str) -> list[int]:
        return chunked(lambda chunk: self.base(chunk).input_ids, text)

    def prompt(self, turns: list[list[str]]) -> list[int]:
        """The prompt of its evaluation, which splits the text at placeholders before it encodes."""
        text = f"<|im_start|>system\n{SYSTEM}<|im_end|>\n"
        text += "".join(f"<|im_start|>{ROLES[speaker]}\n{said}<|im_end|>\n" for speaker, said in turns)
        return self.caption(text + "<|im_start|>assistant\n")


class Pieces:
    """Our way: texts are encoded as text, special ids are put between them."""

    def __init__(self, tokenizer):
        self.tokenizer = tokenizer
        self.start, self.end = (tokenizer.token_to_id(t) for t in ("<|im_start|>", "<|im_end|>"))

    def encode(self, text: str) -> list[int]:
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def turn(self, role: str, text: str, has_image: bool) -> list[int]:
        body = f"{role}\n{text}"
        ids = chunked(self.encode, body) if has_image else self.encode(body)
        return [self.start, *ids, self.end, *self.encode("\n")]

    def caption(self, text: str) -> list[int]:
        return chunked(self.encode, text)

    def prompt(self, turns: list[list[str]]) -> list[int]:
        ids = self.turn("system", SYSTEM, False)
        for speaker, said in turns:
            ids += self.turn(ROLES[speaker], said, True)
        return [*ids, self.start, *self.encode("assistant\n")]


def plain(way, turns: list[list[str]]) -> dict:
    assert len(turns) == 2 and PLACEHOLDER in turns[0][1]
    ids = way.caption(f"{PLACEHOLDER}{turns[1][1]}\n")
    labels = [IGNORE, *ids[1:]]
    return {"ids": ids, "labels": labels, "answers_only": labels}


def qwen(way, turns: list[list[str]], has_image: bool, separators: set[int]) -> dict:
    if turns[0][0] != "human":
        turns = turns[1:]
    ids = way.turn("system", SYSTEM, has_image)
    answers = [IGNORE] * len(ids)
    for speaker, text in turns:
        more = way.turn(ROLES[speaker], text, has_image)
        ids += more
        answers += [IGNORE if i == IMAGE else i for i in more] if speaker == "gpt" else [IGNORE] * len(more)
    labels = [i if i in separators else label for i, label in zip(ids, answers)]
    return {"ids": ids, "labels": labels, "answers_only": answers}


def reference(way, case: dict, separators: set[int]) -> dict:
    has_image = case["images"] > 0
    turns = multimodal(case["turns"]) if has_image else case["turns"]
    if case["template"] == "plain":
        return plain(way, turns)
    result = qwen(way, turns, has_image, separators)
    if turns[0][0] == "human":
        last = max(i for i, turn in enumerate(turns) if turn[0] == "human")
        result["prompt_turns"] = last + 1
        result["prompt"] = way.prompt(turns[: last + 1])
    return result


def main() -> None:
    llava = Llava(transformers.AutoTokenizer.from_pretrained(TEXT))
    pieces = Pieces(text_only())
    newline = pieces.encode("\n")
    assert len(newline) == 1
    separators = {pieces.start, pieces.end, *newline}
    cases = Maker(seed=20260101).conversations(200)
    for case in cases:
        theirs = reference(llava, case, separators)
        ours = reference(pieces, case, separators)
        case["typed"] = any(special in text for _, text in case["turns"] for special in SPECIALS)
        assert (theirs == ours) != case["typed"], case
        case.update(ours)
    document = {"tokenizers": tokenizers.__version__}
    document["transformers"] = transformers.__version__
    document["cases"] = cases
    packed = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    out = TEXT / "llava_prompts.json.gz"
    out.write_bytes(gzip.compress(packed, mtime=0))
    typed = sum(case["typed"] for case in cases)
    print(f"{len(cases)} conversations, {typed} with typed special tokens, {out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
