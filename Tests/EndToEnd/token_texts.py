"""Texts for the tokenizer: a corpus of what people send, and strings that nobody would."""

import base64
import json
import random
import struct
import sysconfig
import unicodedata
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HANZI = "的一是不了人我在有他这为之大来以个中上们到说国和地也子时道出而要于就下得可你年生自会那后能对着事其里所去行过家十用发天如然作方成者多日都三小军二无同么经法当起与好看学进种将还分此心前面又定见只主没公从"
MARKS = "，。！？、；：“”（）《》"
EMOJI = "😀😂🥲👍🏽👩‍👩‍👧‍👦🇩🇪🏳️‍🌈❤️🎉🚀✨🤖💡📈🧪"
WORDS = ("the of and a to in is it you that he was for on are with as his they be at one have "
         "this from or had by not but what all were when we there can an your which their said if "
         "do will each about how up out them then she many some so these would other into has more "
         "I'm don't we'll they've you're it's I'd HTTP JSON camelCaseName snake_case_name").split()


def prose(random, size):
    """English that only looks so, with the marks and the lines of a letter."""
    parts = []
    while size > 0:
        count = random.randint(4, 24)
        line = " ".join(random.choice(WORDS) for _ in range(count)).capitalize()
        line += random.choice([". ", ". ", "? ", "!\n\n", ":\n- ", ", 1,024.50 "])
        parts.append(line)
        size -= len(line)
    return "".join(parts)


def chinese(random, size):
    parts = []
    while size > 0:
        line = "".join(random.choice(HANZI) for _ in range(random.randint(4, 30)))
        line += random.choice(MARKS) + random.choice(["", "", "", "\n", " GPT-4 "])
        parts.append(line)
        size -= len(line.encode())
    return "".join(parts)


def emoji(random, size):
    pictures = list(EMOJI) + ["👩‍👩‍👧‍👦", "👍🏽", "🇩🇪", "🏳️‍🌈", "ok ", "great! ", "so "]
    parts = []
    while size > 0:
        parts.append(random.choice(pictures))
        size -= len(parts[-1].encode())
    return "".join(parts)


def files(folder, pattern, size):
    """The first bytes of a folder's files of that kind."""
    parts = []
    for path in sorted(folder.rglob(pattern)):
        text = path.read_text(encoding="utf-8", errors="ignore")
        parts.append(text)
        size -= len(text.encode())
        if size <= 0:
            break
    return "".join(parts)


def corpus(seed=1):
    """Texts by what they are, 2 MB and more together; no single one is very long."""
    source = random.Random(seed)
    library = Path(sysconfig.get_paths()["stdlib"])
    kinds = {
        "english": files(ROOT / "docs", "*.md", 300_000) + prose(source, 200_000),
        "code": files(ROOT / "Sources", "*.swift", 400_000) + files(library, "[a-h]*.py", 400_000),
        "chinese": chinese(source, 400_000),
        "emoji": emoji(source, 100_000),
    }
    other = "".join(
        chr(value) for value in range(0x20, 0x30000)
        if unicodedata.category(chr(value)) not in ("Cn", "Cs", "Co"))
    kinds["characters"] = "\n".join(other[at:at + 40] for at in range(0, len(other), 40))
    return {kind: pieces(text) for kind, text in kinds.items()}


def mixed():
    """English, code, Chinese and emoji, as they are measured."""
    kinds = corpus()
    return [text for kind in ("english", "code", "chinese", "emoji") for text in kinds[kind]]


LANGUAGES = (
    "Широкая электрификация южных губерний даст мощный толчок подъёму сельского хозяйства. ",
    "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία. ", "نص حكيم له سر قاطع وذو شأن عظيم مكتوب على ثوب أخضر ",
    "דג סקרן שט בים מאוכזב ולפתע מצא חברה ", "मैं काँच खा सकता हूँ और मुझे उससे कोई चोट नहीं पहुंचती ",
    "นายสังฆภัณฑ์ เฮงพิทักษ์ฝั่ง ผู้เฒ่าซึ่งมีอาชีพเป็นฅนขายฃวด ",
    "키스의 고유조건은 입술끼리 만나야 하고 특별한 기술은 필요치 않다. ",
    "いろはにほへと ちりぬるを わかよたれそ つねならむ うゐのおくやま けふこえて ",
    "我能吞下玻璃而不伤身体。人工智能正在改变我们的生活方式。",
    "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. ",
    "Voix ambiguë d'un cœur qui au zéphyr préfère les jattes de kiwis. ",
    "Pchnąć w tę łódź jeża lub ośm skrzyń fig. ", "Příliš žluťoučký kůň úpěl ďábelské ódy. ",
    "Tôi có thể ăn thủy tinh mà không hại gì. ", "Yaxşı hazırlaşan tələbələr imtahandan keçdi. ",
    "மணி நேரம் கண்ணாடி சாப்பிடுவேன், அதனால் எனக்கு ஒரு கேடும் வராது ")


def data(seed=3):
    """What is no prose: numbers, dates, JSON, hexadecimal and base64 text, UUIDs."""
    source = random.Random(seed)
    number = lambda: source.randrange(10 ** source.randint(1, 12))  # noqa: E731
    return {
        "numbers": " ".join(str(number()) for _ in range(20_000)),
        "table": "\n".join(f"{number()},{source.random():.4f},2026-11-{source.randint(1, 30)}"
                           for _ in range(8_000)),
        "json": json.dumps([{"id": number(), "name": source.choice(WORDS), "ok": True,
                             "score": source.random()} for _ in range(4_000)]),
        "hexadecimal": source.randbytes(60_000).hex(),
        "base64": base64.b64encode(source.randbytes(90_000)).decode(),
        "uuids": "\n".join(str(uuid.UUID(int=source.getrandbits(128))) for _ in range(4_000)),
    }


def pieces(text, size=4000):
    return [text[at:at + size] for at in range(0, len(text), size)]


# What the rules of the splitters are about, and what is near it.
SHARP = (list("aZsſtTmdlLveER'’ \t\n\r/\\.,;!?-_*#0१٣Ⅷ²½") +
         ["'s", "'S", "'ſ", "'ll", "'LL", "'vE", "'re", "'d", "  ", "\r\n", "\n\n", " \n", "//",
          "é", "É", "ß", "ẞ", "ǅ", "ʰ", "ʕ", "ª", "中", "文", "の", "ン", "한", "ا", "ل", "ं", "́",
          "\u200d", "\ufe0f", "\u00a0", "\u3000", "\u2028", "\u0085", "\x00", "\x7f", "😀", "🏽", "𝒳",
          "𐐀", "𐐨", "𠀀", "\U000e0100", "\U0010ffff", "<|endoftext|>", "<|im_start|>", "aaaa",
          "ABC", "McX", "1234", "word", " word", "x̂", "\u1acf", "\u088f"])


def strings(count, seed=2):
    """Short strings at random: of what the rules are about, and of any character at all."""
    source = random.Random(seed)
    for _ in range(count):
        length = source.randint(0, 24)
        if source.random() < 0.7:
            yield "".join(source.choice(SHARP) for _ in range(length))
        else:
            yield "".join(anything(source) for _ in range(length))


def anything(source):
    highest = source.choice([0x80, 0x250, 0x3000, 0x10000, 0x20000, 0x110000])
    value = source.randrange(highest)
    return "x" if 0xD800 <= value < 0xE000 else chr(value)


def every_character():
    """Each character where its class decides what becomes of its neighbours."""
    # In the planes behind, but for one corner, nothing is assigned, nor will be soon.
    behind = [value for value in range(0x40000, 0x110000)
              if value % 64 == 0 or 0xE0000 <= value < 0xE1000]
    for value in [*range(0x40000), *behind]:
        if not 0xD800 <= value < 0xE000:
            character = chr(value)
            yield f"a{character}B{character}c 1{character}2 .{character}.\n{character} {character}'s"


def packed(texts):
    """Each text after its length."""
    encoded = [text.encode() for text in texts]
    return b"".join(struct.pack("<I", len(text)) + text for text in encoded)


def unpacked(data):
    """Lists of numbers, each after its length."""
    numbers = struct.unpack(f"<{len(data) // 4}I", data)
    place = 0
    while place < len(numbers):
        yield list(numbers[place + 1:place + 1 + numbers[place]])
        place += 1 + numbers[place]
