"""Make letters out of templates: what people and machines write, and what must come of it."""

from collections.abc import Iterator
from dataclasses import dataclass

OPTOUT = {
    "en": (
        "Please unsubscribe me.",
        "Take me off your list.",
        "I want to opt out of your marketing.",
        "Stop sending me these mails!",
        "Please remove my address from your mailing list.",
        "No more newsletters, thank you.",
        "I do not want to receive any more mail from you.",
        "stop",
        "Cancel my subscription, please.",
        "I no longer wish to hear from you.",
    ),
    "de": (
        "Bitte melden Sie mich vom Newsletter ab.",
        "Bitte abmelden.",
        "Ich möchte keine Werbung mehr erhalten.",
        "Nehmen Sie mich aus dem Verteiler und streichen Sie mich.",
        "Hiermit widerspreche ich der Nutzung meiner Daten für Werbung.",
        "Bitte schicken Sie mir nichts mehr.",
        "Schreiben Sie mir nie wieder.",
        "Ich bestelle Ihren Newsletter hiermit ab.",
        "Keine weiteren E-Mails bitte!",
        "Lassen Sie mich in Ruhe.",
    ),
    "fr": (
        "Merci de me désabonner.",
        "Désinscription SVP",
        "Je ne souhaite plus recevoir vos messages.",
        "Ne m'envoyez plus de publicité.",
        "Retirez-moi de votre liste.",
        "Arrêtez de m'écrire.",
        "Supprimez mon adresse de votre fichier.",
        "Plus de courriels, s'il vous plaît.",
        "Je m\u2019oppose à l\u2019utilisation de mes données à des fins commerciales.",
        "Veuillez cesser tout envoi.",
    ),
    "es": (
        "Quiero darme de baja.",
        "Por favor, cancelen mi suscripción.",
        "No quiero recibir más correos.",
        "No me envíen más publicidad.",
        "Dejen de escribirme.",
        "Bórrenme de su lista.",
        "Eliminen mi dirección de la lista.",
        "BAJA",
        "Ya no deseo sus boletines.",
        "No más mensajes, gracias.",
    ),
    "it": (
        "Vorrei disiscrivermi.",
        "Cancellatemi dalla lista.",
        "Non voglio più ricevere le vostre e-mail.",
        "Non mi mandate più pubblicità.",
        "Rimuovetemi dalla mailing list.",
        "Smettetela di scrivermi.",
        "Annullate la mia iscrizione.",
        "Basta!",
        "Toglietemi dal vostro elenco.",
        "Mi oppongo all'invio di pubblicità.",
    ),
    "nl": (
        "Graag afmelden.",
        "Ik wil mij uitschrijven.",
        "Ik wil geen reclame meer ontvangen.",
        "Stuur mij niets meer, nooit meer.",
        "Verwijder mij van de lijst.",
        "Meld mij af voor de nieuwsbrief.",
        "Stop met mailen.",
        "Ik wil geen e-mails meer.",
        "Haal mijn adres van uw lijst.",
        "Ik maak bezwaar tegen reclame.",
    ),
    "pt": (
        "Quero cancelar a minha inscrição.",
        "Por favor, descadastrem-me.",
        "Não quero mais receber e-mails.",
        "Não me enviem mais publicidade.",
        "Parem de me escrever.",
        "Removam-me da lista.",
        "Retirem o meu endereço da lista.",
        "Chega de mensagens.",
        "Desinscrever, por favor.",
        "Deixem de me contactar.",
    ),
}
ACCESS = (
    "What data do you hold about me?",
    "Please send me a copy of my personal data.",
    "Ich bitte um Auskunft nach Artikel 15.",
    "Je voudrais exercer mon droit d'accès.",
    "¿Qué datos tienen sobre mí?",
    "Vorrei una copia dei miei dati.",
    "Ik verzoek om inzage in mijn gegevens.",
    "Quero uma cópia dos meus dados.",
)
CORRECTION = (
    "My name is misspelled in your letters.",
    "Please update my address.",
    "Meine Anschrift ist falsch, bitte berichtigen.",
    "Merci de rectifier mon nom.",
    "Deseo rectificar mi dirección.",
    "Il mio indirizzo è sbagliato.",
    "Mijn adres is verkeerd gespeld.",
    "O meu nome está errado.",
)
COMPLAINT = (
    "I want to complain about how you treat people.",
    "Ich möchte mich beschweren.",
    "Je porte plainte auprès de la CNIL.",
    "Quiero presentar una queja.",
    "Presento un reclamo al Garante.",
    "Ik heb een klacht.",
    "Tenho uma queixa a fazer.",
)
COMMENT = (
    "I like your policy; it reads well.",
    "Do you have an office in Lisbon?",
    "Ihre Seite ist schön geschrieben.",
    "Votre politique est très claire.",
    "Gracias por la respuesta de ayer.",
    "Complimenti per il sito.",
    "Dank u wel voor het antwoord.",
    "Obrigado pela resposta.",
    "",
)
QUOTED = (
    "Thank you!\n\nOn Mon, 3 May 2027 at 10:00, Harbour Mail wrote:\n> Offer\n> Unsubscribe here",
    "Danke!\n\nAm 3. Mai 2027 um 10:00 schrieb Harbour Mail:\n> Bitte abmelden: https://example.com/choices/x/",
    "Merci bien !\n\nLe lun. 3 mai 2027 à 10:00, Harbour Mail a écrit :\n> Se désabonner",
    "Gracias.\n\nEl lun, 3 may 2027 a las 10:00, Harbour Mail escribió:\n> Darse de baja",
    "Grazie.\n\nIl giorno lun 3 mag 2027 alle ore 10:00 Harbour Mail ha scritto:\n> Disiscriviti",
    "Bedankt.\n\nOp ma 3 mei 2027 om 10:00 schreef Harbour Mail:\n> Uitschrijven",
    "Obrigado.\n\nEm seg., 3 de mai. de 2027, Harbour Mail escreveu:\n> Cancelar inscrição",
    "Thanks.\n\n-----Original Message-----\nFrom: Harbour Mail\nSent: Monday\nTo: Alice\n\nTo unsubscribe click here",
    "Danke.\n\nVon: Harbour Mail\nGesendet: Montag\nAn: Alice\nBetreff: Angebot\n\nNewsletter abbestellen",
    "See you.\n\n-- \nAlice\nTo unsubscribe from my own letters, say stop.",
    "Nice.\n\nIf you no longer wish to receive these messages, click here: https://example.com/choices/x/",
    "Nice.\n\nOn Mon, 3 May 2027, Harbour Mail\n<privacy@example.com> wrote:\n\nTo unsubscribe, open this page.",
)
MACHINES = {
    "autoreply": (
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated (failure)",
        "X-Auto-Response-Suppress: All",
        "Precedence: auto_reply",
        "X-Autoreply: yes",
        "Return-Path: <>",
        "From: privacy@example.com",
        "From: no-reply@example.org",
        "Subject: Out of office: until May",
        "Subject: Automatische Antwort: Angebot",
        "Subject: Réponse automatique : offre",
    ),
    "list": ("List-Id: <a.example.org>", "Precedence: bulk", "List-Unsubscribe: <mailto:a@example.org>"),
    "dsn": ("From: MAILER-DAEMON@example.org", "From: postmaster@example.org"),
}


@dataclass(frozen=True)
class Sample:
    """A letter, and what must come of it."""

    name: str
    raw: bytes
    machine: str = "none"
    intents: frozenset[str] = frozenset()


def letter(text: str, *headers: str, kind: str = "text/plain", charset: str = "utf-8") -> bytes:
    """Write the bytes of a letter; a header that is given stands in the place of our own."""
    own = {
        "From": "alice@example.org",
        "To": "privacy@example.com",
        "Subject": "Hello",
        "Message-ID": "<a@example.org>",
    }
    own |= dict(one.split(": ", 1) for one in headers)
    lines = [f"{name}: {value}" for name, value in own.items()]
    head = "\n".join([*lines, f"Content-Type: {kind}; charset={charset}", "Content-Transfer-Encoding: 8bit"])
    return head.encode() + b"\n\n" + text.encode(charset) + b"\n"


def samples() -> Iterator[Sample]:
    """Give more than three hundred letters, each with what must come of it."""
    for language, texts in OPTOUT.items():
        for number, text in enumerate(texts):
            said = frozenset({"optout"})
            yield Sample(f"{language} {number}", letter(f"Hello,\n\n{text}\n\nAlice"), intents=said)
            yield Sample(f"{language} {number} in HTML", letter(f"<p>{text}</p>", kind="text/html"), intents=said)
            yield Sample(f"{language} {number} as subject", letter("", f"Subject: {text}"), intents=said)
    asking: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("access", ACCESS),
        ("correction", CORRECTION),
        ("complaint", COMPLAINT),
    )
    for intent, said_so in asking:
        yield from (Sample(f"{intent} {text}", letter(text), intents=frozenset({intent})) for text in said_so)
        yield from (
            Sample(
                f"{intent} and stop: {text}",
                letter(f"{text}\nAnd unsubscribe me."),
                intents=frozenset({intent, "optout"}),
            )
            for text in said_so
        )
    yield from (Sample(f"comment {text}", letter(text), intents=frozenset({"comment"})) for text in COMMENT)
    yield from (Sample(f"quoted {text}", letter(text), intents=frozenset({"comment"})) for text in QUOTED)
    for kind, headers in MACHINES.items():
        for text in ("I am away until May.", "unsubscribe me", "Please stop. > unsubscribe"):
            yield from (Sample(f"{one} {text}", letter(text, one), kind) for one in headers)
