"""Paths and tokenizers that the text fixtures' scripts share."""

from pathlib import Path

import tokenizers

TEXT = Path(__file__).resolve().parent.parent / "resources/org/rsavlm/models/text"
SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


def text_only() -> tokenizers.Tokenizer:
    """The committed tokenizer with the library's own switch that keeps special tokens in a text as text."""
    tokenizer = tokenizers.Tokenizer.from_file(str(TEXT / "tokenizer.json"))
    tokenizer.encode_special_tokens = True
    return tokenizer
