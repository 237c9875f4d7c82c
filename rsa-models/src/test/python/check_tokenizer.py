"""Holds the committed tokenizer, which TokenizerBuilder made of captions.txt, to Hugging Face's libraries.

1. The trainer of `tokenizers` learns the same tokens and merges from the same texts.
2. `transformers` loads the directory as a Qwen2Tokenizer that gives the ids of tokenizer.json.
3. Its chat template gives the text that our qwen_1_5 template lays out.
Fails with an AssertionError, prints a line where all agree.
"""

import json

import tokenizers
import transformers
from tokenizer_reference import SPECIALS, TEXT
from tokenizers import Regex, models, normalizers, pre_tokenizers, trainers

SYSTEM = "You are a helpful assistant."


def qwen2_untrained() -> tokenizers.Tokenizer:
    tokenizer = tokenizers.Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    words = transformers.models.qwen2.tokenization_qwen2.PRETOKENIZE_REGEX
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(words), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    return tokenizer


def check_training(ours: dict) -> None:
    captions = (TEXT / "captions.txt").read_text(encoding="utf-8").splitlines()
    template = [f"system\n{SYSTEM}", "user\n", "assistant\n"] * len(captions)
    theirs = qwen2_untrained()
    trainer = trainers.BpeTrainer(
        vocab_size=len(ours["model"]["vocab"]),
        min_frequency=2,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    theirs.train_from_iterator(captions + template, trainer)
    model = json.loads(theirs.to_str())["model"]
    assert model["vocab"] == ours["model"]["vocab"]
    merges = [m if isinstance(m, str) else " ".join(m) for m in model["merges"]]
    assert merges == ours["model"]["merges"]


def check_loading() -> None:
    loaded = transformers.AutoTokenizer.from_pretrained(TEXT)
    plain = tokenizers.Tokenizer.from_file(str(TEXT / "tokenizer.json"))
    assert type(loaded).__name__ == "Qwen2Tokenizer" and len(loaded) == plain.get_vocab_size()
    assert loaded.eos_token == "<|im_end|>" and loaded.pad_token == "<|endoftext|>"
    assert loaded.convert_tokens_to_ids(SPECIALS) == [plain.token_to_id(s) for s in SPECIALS]
    for text in ["A red circle's\n\n ring", "图中有一个红色的圆形。", "e\u0301 👩‍👩‍👧", "<|im_start|>user\nhi<|im_end|>\n"]:
        assert loaded(text).input_ids == plain.encode(text).ids, text
    chat = loaded.apply_chat_template([{"role": "user", "content": "hi"}], tokenize=False, add_generation_prompt=True)
    assert chat == f"<|im_start|>system\n{SYSTEM}<|im_end|>\n<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n"


def main() -> None:
    ours = json.loads((TEXT / "tokenizer.json").read_text(encoding="utf-8"))
    check_training(ours)
    check_loading()
    print(
        f"equal: {len(ours['model']['vocab'])} tokens, {len(ours['model']['merges'])} merges"
        f" (tokenizers {tokenizers.__version__}, transformers {transformers.__version__})"
    )


if __name__ == "__main__":
    main()
