"""Which language a message is in: English unless there is evidence for another one."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from intents.load import read
from intents.model import Content
from intents.text import words

LANGUAGES = Path(__file__).with_name("languages.yaml")
LOOKED_AT = 400
"""Characters of a message that are looked at."""
LEAST_WORDS = 5
"""Shorter messages without cues stay English: a detector guesses on them."""
CERTAIN = 0.9
"""Probability from which the detector is believed."""

ENGLISH = "en"
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+")
_SCRIPTS = {
    "CYRILLIC": "ru",
    "DEVANAGARI": "hi",
    "ARABIC": "ar",
    "BENGALI": "bn",
    "HANGUL": "ko",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "CJK": "zh",
    "THAI": "th",
    "GREEK": "el",
    "HEBREW": "he",
    "TAMIL": "ta",
    "TELUGU": "te",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "KANNADA": "kn",
    "MALAYALAM": "ml",
    "SINHALA": "si",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
    "ETHIOPIC": "am",
    "MYANMAR": "my",
    "KHMER": "km",
    "LAO": "lo",
}


class Cues(Content):
    """`languages.yaml`: words and letters that give a language away."""

    words: dict[str, tuple[str, ...]]
    letters: dict[str, str]
    english: tuple[str, ...]
    candidates: tuple[str, ...]


class Languages:
    """Tells languages apart. The statistical detector is loaded when first needed, once."""

    def __init__(self, cues: Cues, english: Collection[str], product: Iterable[str] = ()) -> None:
        names = frozenset(word for phrase in product for word in words(phrase))
        self._product = names
        self._english = frozenset(english) | names | frozenset(cues.english)
        self._little = frozenset(cues.english)
        self._letters = {code: frozenset(letters) for code, letters in cues.letters.items()}
        self._cues: dict[str, tuple[str, ...]] = {}
        for code, list_ in cues.words.items():
            for word in dict.fromkeys(list_):
                if word not in self._english:
                    self._cues[word] = (*self._cues.get(word, ()), code)
        self._candidates = list(cues.candidates)
        self._detector: Any = None
        self._lock = threading.Lock()

    @classmethod
    def load(cls, english: Collection[str], product: Iterable[str] = (), path: Path = LANGUAGES) -> Languages:
        """`english` are words that count as English, `product` names that say nothing of the language."""
        return cls(read(path, Cues)[0], english, product)

    def warm(self) -> None:
        """Load the detector now, about half a second."""
        self._guess("warm", self._candidates)

    def detect(self, text: str) -> str:
        """The ISO 639-1 code of the text's language ("tl" for Tagalog); "en" in every case of doubt."""
        text = _ADDRESS.sub(" ", text[:LOOKED_AT])
        if not text.isascii():
            script = self._by_script(text)
            if script is not None:
                return script
        spelt = [word for word in words(text) if word.isalpha() and word not in self._product]
        if not spelt:
            return ENGLISH
        foreign = [word for word in spelt if word not in self._english]
        if len(foreign) * 2 <= len(spelt):
            return ENGLISH  # half of the words are English: the others are slips or names
        cued = Counter(code for word in foreign for code in self._cues.get(word, ()))
        hits = sum(1 for word in foreign if word in self._cues)
        if cued and (hits > 1 or len(foreign) == len(spelt)):
            best = cued.most_common(2)
            if len(best) == 1 or best[0][1] > best[1][1]:
                return best[0][0]
            tied = [code for code, count in cued.items() if count == best[0][1]]
            return self._guess(text, tied) or tied[0]
        if len(foreign) >= LEAST_WORDS and not self._looks_english(spelt):
            return self._guess(text, self._candidates) or ENGLISH
        return ENGLISH

    def _looks_english(self, spelt: list[str]) -> bool:
        """Whether little words of English hold the message together."""
        return sum(word in self._little for word in spelt) * 5 >= len(spelt)

    def _by_script(self, text: str) -> str | None:
        """The language by its letters, if most words that are no product names are not in Latin script."""
        scripts: Counter[str] = Counter()
        latin = 0
        for word in words(text):
            if word in self._product:
                continue
            letter = next((letter for letter in word if letter.isalpha()), "")
            name = unicodedata.name(letter, "").split(" ", 1)[0] if letter else ""
            if name == "LATIN":
                latin += 1
            elif name in _SCRIPTS:
                scripts[_SCRIPTS[name]] += 1
        if not scripts or sum(scripts.values()) <= latin:
            return None
        code = scripts.most_common(1)[0][0]
        if code == "zh" and scripts["ja"]:
            code = "ja"
        letters = frozenset(text.casefold())
        rivals = {"ru": ("uk", "be"), "ar": ("ur", "fa")}.get(code, ())
        for rival in rivals:
            if letters & self._letters.get(rival, frozenset()):
                return rival
        return code

    def _guess(self, text: str, candidates: list[str]) -> str | None:
        """The detector's answer among `candidates`, if it is sure."""
        with self._lock:
            if self._detector is None:
                # The model takes a moment to load and most messages never need it.
                from py3langid.langid import MODEL_FILE, LanguageIdentifier

                self._detector = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
            known = set(self._detector.nb_classes)
            asked = [code for code in candidates if code in known]
            if not asked:
                return None
            self._detector.set_languages(asked)
            code, probability = self._detector.classify(text)
        return str(code) if probability >= CERTAIN else None
