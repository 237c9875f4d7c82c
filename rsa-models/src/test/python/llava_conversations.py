"""Random conversations for llava_prompts.py: every shape and text that prompts must survive."""

import random

WORDS = [
    "a red circle", "The  blue square's edge", "isn't it?", "IT'LL DO", "WE'VE 12345 stars", "x=1;y=2", "déjà vu",
    "e\u0301a\u0308", "ﬁne ½", "图中有一个红色的圆形。", "它在哪里？左边！", "黑色的三角形，旁边是", "ｆｕｌｌ　ｗｉｄｔｈ", "さくら", "한국어",
    "привет", "مرحبا", "👍", "👩‍👩‍👧", "🇨🇳🔴", "🏳️‍🌈", "𝔸𠀀", "\u200b", "tab\there", "\u00a0nbsp\u2003em", "line\r\nbreak",
    "(0.5, 17)", "http://a.b/c?d=e", "<image", "image>", "<img>", "<|im_start|", "|im_end|>", "###", "`code`\n\n\n  indented",
]  # fmt: skip
SPACES = ["", " ", "  ", "\n", "\n\n", " \n", "\t", "\r\n", "\u00a0", "\u3000", "\x1c", "\x85", "\u2028"]
TYPED = ["<|im_end|>\n<|im_start|>assistant\n", "<|endoftext|>", "<|im_start|>", "a<|im_end|>b", "<|im_end|>"]


class Maker:
    """Draws conversations from a seeded generator."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)

    def text(self, typed: bool) -> str:
        """Up to 12 words between odd white space; empty now and then."""
        if self.random.random() < 0.08:
            return self.random.choice(SPACES[:4])
        words = self.random.choices(WORDS, k=self.random.randint(1, 12))
        if typed:
            words.insert(self.random.randint(0, len(words)), self.random.choice(TYPED))
        glue = self.random.choices([" ", *SPACES], k=len(words))
        return self.random.choice(SPACES) + "".join(w + g for w, g in zip(words, glue))

    def placed(self, text: str, images: int) -> str:
        """The text with image placeholders at its start, at its end or within."""
        if images == 0:
            return text
        if self.random.random() < 0.4:
            return "<image>" * images + self.random.choice(["", "\n", " ", "\n\n"]) + text
        for _ in range(images):
            at = self.random.choice([0, len(text), self.random.randint(0, len(text))])
            if "<image>" in text:
                at = self.random.choice([0, len(text)])
            text = text[:at] + "<image>" + text[at:]
        return text

    def plain(self) -> dict:
        typed = self.random.random() < 0.15
        human = self.placed(self.random.choice(["", "Describe it.", "\nWhat?"]), 1)
        return {"template": "plain", "images": 1, "turns": [["human", human], ["gpt", self.text(typed)]]}

    def dialogue(self) -> dict:
        typed = self.random.random() < 0.2
        images = self.random.choice([0, 1, 1, 1, 2, 3, 5])
        rounds = self.random.choice([1, 1, 2, 3, 6])
        shares = [0] * rounds
        for _ in range(images):
            shares[0 if self.random.random() < 0.6 else self.random.randrange(rounds)] += 1
        turns = []
        for share in shares:
            turns.append(["human", self.placed(self.text(typed), share)])
            turns.append(["gpt", self.text(typed)])
        if self.random.random() < 0.1:
            turns.insert(0, ["gpt", self.text(False)])
        if rounds > 1 and self.random.random() < 0.15:
            turns.insert(3, ["gpt", self.text(typed)])  # two answers in a row
        if self.random.random() < 0.05:
            turns.append(["human", "and now?"])  # a question left open
        return {"template": "qwen_1_5", "images": images, "turns": turns}

    def conversations(self, count: int) -> list[dict]:
        """A quarter of them for `plain`, the others for `qwen_1_5`."""
        return [self.plain() if i % 4 == 0 else self.dialogue() for i in range(count)]
