"""Leave of a letter what its writer wrote: no quotation, no signature, no footer of ours."""

import re

_QUOTED = re.compile(r"^\s*(>|\|\s|&gt;)")
_SIGNED = re.compile(r"^(-- ?|__|\u2014|\u2013)$")
_HEADS = re.compile(
    r"^\W*(from|von|de|da|van|sent|gesendet|envoy[eé]|enviado( el)?|inviato|verzonden|to|an|[àa]|para|aan|date|datum"
    r"|fecha|data|subject|betreff|objet|asunto|oggetto|onderwerp|assunto)\s?:\s?\S",
    re.IGNORECASE,
)
_CUTS = re.compile(
    r"^\W{0,6}(original message|ursprüngliche nachricht|message d'origine|message original|mensaje original"
    r"|messaggio originale|oorspronkelijk bericht|mensagem original|forwarded message|weitergeleitete nachricht"
    r"|message transféré|mensaje reenviado|messaggio inoltrato|doorgestuurd bericht|mensagem encaminhada"
    r"|begin forwarded message|anfang der weitergeleiteten)\b",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"^\W*(on|am|le|el|il|op|em|at|den|il giorno|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4})\b.{0,300}"
    r"(wrote|schrieb|a écrit|escribi[oó]|ha scritto|schreef|escreveu)\b.{0,200}:\s*$",
    re.IGNORECASE | re.DOTALL,
)
_PHONE = re.compile(
    r"^(sent from|get outlook|von meinem .{1,20} gesendet|gesendet von|envoyé de(puis)?|enviado (desde|do)|inviato da"
    r"|verzonden vanaf)\b",
    re.IGNORECASE,
)
_WAY = re.compile(
    r"https?://|mailto:|\bclick|\bklick|\bcliqu|\bhaga clic|\bclic(ca|k)?\b|\bklik|\bclique|follow (this|the) link"
    r"|\byou (are )?(receiv|get|got)|sie erhalten|vous recevez|usted recibe|ricevi |u ontvangt|você (está )?receb",
    re.IGNORECASE,
)
_ONESELF = re.compile(
    r"\b(i|i'm|me|my|ich|mich|mir|meine?[nrsm]?|je|j'|moi|mon|ma|mes|yo|mi|mis|io|mio|mia|miei|ik|mij|mijn|eu|meu|minha"
    r"|meus|we|our|us|wir|uns|nous|notre)\b",
    re.IGNORECASE,
)


_BROKEN = re.compile(r"work|broken|fail|error|funkt|fonctionne|funciona|funziona|werkt|kaputt|defekt", re.IGNORECASE)


def stripped(text: str) -> str:
    """Give the writer's own words of a plain text."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[:3_000]
    kept: list[str] = []
    for number, line in enumerate(lines):
        if _ends(lines, number):
            break
        bare = line.strip()
        if not (_QUOTED.match(line) or _PHONE.match(bare) or _footer(bare)):
            kept.append(bare)
    return "\n".join(kept).strip()


def _ends(lines: list[str], number: int) -> bool:
    """Say whether the writer's words end before a line: what follows is a signature or another's letter."""
    line = lines[number].strip()
    if _SIGNED.match(lines[number].rstrip()) or _CUTS.match(line):
        return True
    near = " ".join(one.strip() for one in lines[number : number + 3])[:500]
    if _WROTE.match(line[:500]) or (line.lower()[:3].strip() in _BEGINS and _WROTE.match(_to_colon(near))):
        return True
    return bool(_HEADS.match(line)) and sum(bool(_HEADS.match(one.strip())) for one in lines[number : number + 5]) > 2  # noqa: PLR2004 -- a head has three lines at least


_BEGINS = frozenset({"on", "am", "le", "el", "il", "op", "em", "at"})


def _to_colon(text: str) -> str:
    at = text.find(":\n")
    end = text.rfind(":") if at < 0 else at
    return text[: end + 1] if end > 0 else text


def _footer(line: str) -> bool:
    """Say whether a line tells a reader the way out, and speaks of nobody who writes."""
    return bool(_WAY.search(line)) and not (_ONESELF.search(line) or _BROKEN.search(line))
