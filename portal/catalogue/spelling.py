"""How people of the province write a word: hamzas or none, accents or none, Darija in Arabic or in Latin letters."""

import re
from functools import lru_cache
from itertools import pairwise
from typing import Final

from arabizi import transliterate_word
from arabizi.lexicon import DARIJA_WORDS, FRENCH_WORDS

from portal.i18n import searchable

WORD = re.compile(r"[^\W_]+")
ARABIC = re.compile(r"[؀-ۿ]")

# Words of asking, which say nothing of what is asked for. Those in Latin letters that every Darija or French text is
# full of come with the arabizi package.
_ASKING: Final = """
أريد اريد أرغب بغيت بغينا باغي باغية نبغي خاصني خصني محتاج محتاجة عندي ماعنديش كيفاش كيف طريقة شنو شنية اشنو واش
فين منين علاش شحال وقتاش ديال ديالي ديالو ديالها ديالنا متاع تاع د في من على الى إلى عن مع او أو و يا هذا هذه هاد
هادي ذلك التي الذي اللي لي ما لا هل كي ندير نديرو دير نخرج نجبد ناخد نأخذ ناخذ نطلب طلب الحصول للحصول أحصل استخراج
لاستخراج سحب من فضلكم فضلك عافاك عفاك السلام عليكم سلام شكرا المرجو كاين كاينة شي واحد واحدة ولا بلا حيت باش غير
أنا انا حنا نحن راه راها كان كانت يكون لاجل أجل بخصوص حول كل قبل بعد بين خدمة خدمات إدارة وثيقة وثائق ورقة وراق
اوراق أوراق برقان بركان الناس ديالهم ولدي والدي

veux voudrais voulais besoin demander demande demandes obtenir avoir faut faire comment cherche recherche souhaite
pouvez puis peux quel quelle quels quelles combien document documents papier papiers dossier service services
administration berkane bonjour svp plait est-ce quoi ou où mon ma mes un une en y a d l j c s n m qu t aller trouver
sortir retirer recuperer nouveau nouvelle cause besoins chose concernant propos sert sous car

bghit bghina bghyt baghi baghya nbghi 5assni khasni khassni khasna nakhod nakhoud nakhed nkhrj nkhrej nkharrej njbed
ndir ndiro kifach kifash kifech wach ash achno chno chnou fin fayn feen mnin 3lach chhal ch7al dyal dial diyal dyali
dyalo dyalha dyalna ta3 mta3 d f mn men 3la ila wla aw o w ya had hadi chi lwra9 wra9 wrak awra9 wara9 wri9a talab
talb salam 3afak afak please how to get i need want
"""

# What is written on to an Arabic word: the article with its particles, then endings. A shorter word is left whole.
_FRONTS: Final = ("وال", "بال", "فال", "كال", "دال", "لل", "ال")
_PARTICLES: Final = "وبلفدك"
_ENDS: Final = ("يات", "ات", "ون", "ين", "يه", "ها", "هم", "نا", "تي", "تو", "ه", "ي", "ا")

# One class for the letters that Darija in Latin letters, or an untrained ear, does not tell apart; vowels have none.
_CLASSES: Final = str.maketrans(
    {
        **dict.fromkeys("اويىءأإآؤئة", ""),
        **dict.fromkeys("تطث", "t"),
        **dict.fromkeys("دضذظ", "d"),
        **dict.fromkeys("سص", "s"),
        **dict.fromkeys("حه", "h"),
        **dict.fromkeys("قك", "k"),
        **dict.fromkeys("غڭگ", "g"),
        **dict.fromkeys("فڤ", "f"),
        **dict.fromkeys("بپ", "b"),
        **dict(zip("جخرزشعلمن", "jxrzc3lmn", strict=True)),
    }
)
_ADDRESS = re.compile(r"\S*\s?@\s?\S*")
_REPEATED = re.compile(r"(.)\1+")
_SOFT_C, _SOFT_G = re.compile(r"c(?=[eiy])"), re.compile(r"g(?=[eiy])")
_ARTICLE = re.compile(r"(?:[aei]?l)(?=[^aeiou].{2})")
_LETTER_DIGITS: Final = frozenset("2356789")


def words(said: str) -> list[str]:
    """The words of a text as searches compare them; numbers are none."""
    folded = searchable(said).replace("œ", "oe")
    return [word for word in WORD.findall(folded) if not word.isdigit()]


STOP_WORDS: Final = frozenset(
    {*words(_ASKING), *(one for text in (DARIJA_WORDS, FRENCH_WORDS) for word in text for one in words(word))}
)


def telling_words(said: str) -> list[str]:
    """The words that tell what is asked for."""
    return [word for word in words(said) if word not in STOP_WORDS and len(word) > 1]


def bare(word: str) -> str:
    """A word without its article and endings, so that «السكنى», «سكن» and «سكنه» are one."""
    return _bare_arabic(word) if ARABIC.search(word) else _bare_latin(word)


def _bare_arabic(word: str) -> str:
    front = next((one for one in _FRONTS if word.startswith(one) and len(word) - len(one) >= 2), "")
    word = word[len(front) :]
    end = next((one for one in _ENDS if word.endswith(one) and len(word) - len(one) >= 3), "")
    return word[: len(word) - len(end)]


def _bare_latin(word: str) -> str:
    for end in ("es", "s", "x", "e"):
        if word.endswith(end) and len(word) - len(end) >= 3:
            return word[: len(word) - len(end)]
    return word


def forms(word: str) -> list[str]:
    """What a word that was typed may stand for: itself bare, and without a particle or an article in Latin letters."""
    found = [bare(word)]
    if ARABIC.search(word):
        if word[0] in _PARTICLES and len(word) >= 5:
            found.append(bare(word[1:]))
        return found
    if article := _ARTICLE.match(word):
        found.append(bare(word[article.end() :]))
    # The feminine ending is said, hence written, where another word follows: chahadat sokna.
    found += [bare(one[:-1]) for one in found if one.endswith("at") and len(one) > 4]
    return found


@lru_cache(maxsize=8192)
def skeleton(word: str) -> str:
    """The consonants of a word, alike in both scripts: ``skn`` for «السكنى» as for "sokna"."""
    if not ARABIC.search(word):
        softened = _SOFT_G.sub("j", _SOFT_C.sub("s", word)).replace("ph", "f").replace("qu", "k")
        word = transliterate_word(softened, keep_unknown=False)
    # At the head of a word this letter is a consonant in both scripts: ولادة, wilada.
    head = "w" if word.startswith("و") else ""
    # At the end it is no h, but the feminine ending.
    consonants = (word[:-1] if word.endswith("ه") else word).translate(_CLASSES)
    return head + _REPEATED.sub(r"\1", consonants)


def shorn(letters: str) -> set[str]:
    """The same letters with each left out in turn: two words one slip apart have one of these in common."""
    return {letters[:place] + letters[place + 1 :] for place in range(len(letters))}


def trigrams(word: str) -> set[str]:
    """Every three letters in a row, the ends of the word marked."""
    marked = f" {word} "
    return {marked[place : place + 3] for place in range(len(marked) - 2)}


def without_numbers(said: str) -> list[str]:
    """The telling words, save what may be a number of somebody's: a digit stays only where it stands for a letter."""
    chunks = " ".join(chunk for chunk in _ADDRESS.sub(" ", said).split() if not _is_a_code(chunk))
    return [word for word in telling_words(chunks) if _is_a_word(word)]


def _is_a_code(chunk: str) -> bool:
    """Whether it looks like a reference or a secret rather than like a word: nothing of it is kept, not even its letters."""
    digits = sum(letter.isdigit() for letter in chunk)
    return digits > 0 and ("-" in chunk or (len(chunk) >= 8 and digits > 1))


def _is_a_word(word: str) -> bool:
    digits = [place for place, letter in enumerate(word) if letter.isdigit()]
    if not digits:
        return True
    apart = all(second - first > 1 for first, second in pairwise(digits))
    return apart and len(word) >= 4 and len(digits) * 2 <= len(word) and {word[one] for one in digits} <= _LETTER_DIGITS
