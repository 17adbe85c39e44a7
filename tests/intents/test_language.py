"""Messages in other languages are told from English with slips, and get a line in their own language."""

from pathlib import Path

import pytest

from bot.render import Renderer
from intents.entities import Entities
from intents.language import Languages
from intents.model import Catalogue
from intents.text import words

TEMPLATES = Path(__file__).parents[2] / "templates"


@pytest.fixture(scope="module")
def languages(catalogue: Catalogue, entities: Entities) -> Languages:
    return Languages.load(
        {word for text, _ in catalogue.examples() for word in words(text)}, entities.lexicon()
    )


FOREIGN = [
    ("hola, ¿cómo puedo conseguir la insignia Top Rated?", "es"),
    ("perdí mi insignia", "es"),
    ("gracias", "es"),
    ("olá", "pt"),
    ("minha conta foi suspensa, o que faço?", "pt"),
    ("bonjour, comment obtenir le badge Top Rated", "fr"),
    ("pourquoi mon compte est bloqué", "fr"),
    ("wie bekomme ich den Top Rated Badge", "de"),
    ("Ich habe mein Abzeichen verloren", "de"),
    ("Привет, как получить Top Rated?", "ru"),
    ("почему упал мой JSS", "ru"),
    ("Як отримати значок, будь ласка підкажіть", "uk"),
    ("मेरा JSS क्यों गिरा", "hi"),
    ("mera top rated badge kyu gaya", "hi"),
    ("میرا بیج کیوں چلا گیا ہے", "ur"),
    ("আমার ব্যাজ কোথায়", "bn"),
    ("paano makuha ang top rated badge", "tl"),
    ("bagaimana cara mendapatkan lencana top rated", "id"),
    ("لماذا اختفت شارتي", "ar"),
    ("为什么我的账户被暂停", "zh"),
    ("バッジはいつ表示されますか", "ja"),
]


@pytest.mark.parametrize(("text", "code"), FOREIGN)
def test_a_message_in_another_language_is_recognised(text: str, code: str, languages: Languages) -> None:
    assert languages.detect(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "😀",
        "JSS",
        "ok",
        "top rated plus",
        "whats jss need for toprated+ ??",
        "wht hapend to mai acount plz hlp",
        "hw cn i gt tp rted bdge",
        "my acc got suspnded nd i dnt knw y",
        "café owner here, am I eligible",
        "I lost my badge señor",
        "naïve question: what is a résumé",
        "Rising Talent",
        "asdf qwer zxcv uiop",
        "premium services freelancer agency connects",
        "https://example.com/para/como/que",
        "\U0001d573\U0001d58a\U0001d591\U0001d591\U0001d594",
    ],
)
def test_english_with_slips_stays_english(text: str, languages: Languages) -> None:
    assert languages.detect(text) == "en"


def test_every_example_of_the_catalogue_is_english(languages: Languages, catalogue: Catalogue) -> None:
    told = {text: languages.detect(text) for text, _ in catalogue.examples()}
    assert {text: code for text, code in told.items() if code != "en"} == {}


def test_a_long_text_without_cues_is_left_to_the_detector(languages: Languages) -> None:
    assert languages.detect("Ik zou graag willen weten waarom mijn rekening geblokkeerd werd") == "nl"


@pytest.mark.parametrize("code", sorted({code for _, code in FOREIGN}))
def test_the_reply_speaks_the_language_and_offers_a_ticket(code: str) -> None:
    renderer = Renderer(TEMPLATES)
    message = renderer.message("replies/language.j2", {"language": code, "category": "other"})
    english = renderer.message("replies/language.j2", {"language": "xx", "category": "other"})
    assert message["blocks"][0] != english["blocks"][0]
    for reply in (message, english):
        buttons = next(block for block in reply["blocks"] if block["type"] == "actions")["elements"]
        assert buttons[0]["action_id"] == "ticket.open"
