"""List the words by which people ask, language by language; they are compared in lower case and without accents."""

import re
import unicodedata

OPTOUT = (
    # English
    r"\bun-? ?sub?s?c?r?ib|\bun-? ?su[bs]s?cri|\bopt(ing|ed)?[- ]?(me )?out\b|\boptout\b|\b(remove|delete|strike|drop|erase) (me|us|my (name|e-?mail|address|mail))\b",
    r"\b(take|get|leave) me (off|out|alone)\b|\boff (your|the|this|all) (mailing |e-?mail )?lists?\b",
    r"\bstop\b.{0,40}\b(send|mail|e-?mail|writ|contact|market|messag|newsletter|spam|advert|offer|it|this|these|that|them|now|please)",
    r"\b(please|pls|just|now) stop\b(?! by)|\bstop (all|bothering|pestering)|\bcease\b",
    r"\b(do not|don'?t|dont|never|no longer|not (want|wish|like)) (ever |want to |wish to |like to |want |to )?(be )?(e-?mail(ed)?|mail(ed)?|sen[dt]|write|writ|contact(ed)?|receiv|get|hear|any)",
    r"\b(no|any) (more|further|longer) (of )?(this |these |your )?(mail|e-?mail|message|newsletter|offer|market|advert|ads|promo|spam|contact)",
    r"\bno (marketing|advertis|advert|promotion|newsletter|offers)|\b(cancel|end|quit|terminate) (my |the |this |your )*(subscription|newsletter|mailing)",
    r"\bobject to\b.{0,60}(market|mail|use|process)|\bnot interested\b|\bwithdraw my consent|\bdo not (sell|share)\b",
    # German
    r"\babmeld|\bmeld(e|et|en)? (sie |bitte )*(mich|uns) (bitte )?.{0,30}\bab\b|\babbestell|\bbestell(e|en)?\b.{0,40}\bab\b|\baustrag|\btrag(en|t|e)? .{0,40}\baus\b|\bkundig",
    r"\bkein(e|en|er)? (weiter\w+ |mehr |solche\w* |ihrer )*(werb|mails?\b|e-?mails?\b|newsletter|nachricht|post|angebot|info|zusend|kontakt)",
    r"\b(nicht mehr|nicht langer|nie wieder|niemals)\b.{0,60}(schreib|schick|send|kontakt|erhalt|bekomm|mail|zu\b|an\b)",
    r"\b(keine|nichts) mehr\b|\bnie (wieder|mehr)\b|\bnicht mehr (anschreib|zusend|erhalt|bekomm|kontakt)",
    r"\bwiderspr(uch|eche)|\bwiderruf|\bin ruhe\b|\b(streich|entfern|nehm|losch)\w* (sie |bitte )*(mich|meine|uns)|\bhor(en|t)? .{0,20}\bauf\b|\baufhor",
    # French
    r"\bdes-?(abonn|inscri|inscrip)|\bne\b.{0,25}\b(plus|pas)\b.{0,40}(recev|envoy|ecri|contact|mail)|\bne (m'?|me )(envoyez|ecrivez|contactez)",
    r"\bplus (de|aucun|d')[ ]?.{0,20}(mail|courri|message|public|newsletter|lettre|offre|pub)|\b(ne )?(veux|souhaite|desire) (plus|pas)|\bne (veux|souhaite|desire)\w* plus",
    r"\b(retire|supprime|enleve|raye|efface)[rz]?-? ?(moi|mon|mes|nous|de)|\barrete[rz]?|\bcesse[rz]?|\bm'?oppose|\bopposition\b|\bresilier",
    # Spanish
    r"\bbaja\b|\bdesuscri|\bdessuscri|\bcancel\w+ (mi |la |mi |de )*(suscripci|subscripci)|\bno (quiero|deseo|me interesa)|\bya no (quiero|deseo)",
    r"\bno (me |nos |volv\w+ a )?(envi|mand|escrib|contact|recib)|\bdej(en|e|ar|ad|a)\b de|\b(borr|quit|elimin|sac)(en|e|ar|ad)(me|nos)\b|\b(borr|quit|elimin|sac)\w* (mi|mis|me)\b",
    r"\b(no|ningun\w?) mas (correo|public|mensaje|e-?mail|mail|boletin|oferta)|\bni un (correo|mensaje) mas|\bbasta\b|\bme opongo",
    # Italian
    r"\bdisiscri|\bdisiscriz|\bcancella(re|rmi|mi|temi|te|zione)\b|\bannulla\w* (la |mia |l'|l )*(iscrizion|sottoscriz)|\bnon (voglio|desidero|intendo|vorrei)",
    r"\bnon (mi |ci )?(invi|mand|scriv|contatt|spedi)|\b(rimuov|togli|elimina)\w*(mi|temi|rmi)\b|\b(rimuov|togli|elimina)\w* (il )?mi[oe]|\bsmett|\bniente piu|\b(piu nessun|nessun'?altr)|\bmi oppongo",
    # Dutch
    r"\bafmeld|\bmeld (mij|me|ons)\b.{0,30}\baf\b|\buitschrij|\bschrijf (mij|me|ons)\b.{0,40}\buit\b|\bopzeg|\bzeg\b.{0,40}\bop\b|\bgeen\b.{0,30}(reclame|mail|nieuwsbrie|bericht|post|aanbied|e-?mails)",
    r"\b(niet|geen|nooit)\b.{0,20}\b(meer|langer)\b|\bnooit meer|\b(verwijder|haal|schrap)\b.{0,20}\b(mij|me|mijn|ons)\b|\bstop(pen)? (met|a\.?u\.?b)|\bhou(d)? (er )?(mee )?op\b|\bmaak bezwaar",
    # Portuguese
    r"\bdes-?(cadastr|inscrev|inscric|assin)|\bcancel\w+ (a |o |minha |meu |da )*(inscric|assinatura|subscric|cadastro|newsletter)|\bnao (quero|desejo|tenho interesse)",
    r"\bnao (me |nos |voltem a )?(envi|mand|escrev|contat|contact|receb)|\b(parem|pare|parar|deixem|deixe|deixar) (de|com)\b|\b(remov|retir|apag|exclu|tir)(a|am|e|em|er|ar|ir)[- ]?(me|nos)?\b.{0,20}\b(me|meu|minha|lista|cadastro|email|e-mail)\b",
    r"\b(chega|nada mais) de\b|\bnunca mais\b|\bnao mais\b|\boponho",
)  # fmt: skip
BARE = re.compile(
    r"\W*(please |bitte |por favor |s'?il vous plait |per favore )?(stop+|stop it|stopp|remove|no|off|end|quit|cancel|leave|"
    r"arret|stop all|baja|basta|parar|sair|aus|halt|nein|non|nee|nao|signoff|unsub)\b\W*(please|now|bitte|svp|aub)?\W*",
    re.IGNORECASE,
)
"""A letter, or a subject, that is nothing but such a word."""
UNASKED = (
    r"\bspam\b|\bunsolicited|\bjunk( e-?)?mail|\bnever (signed|subscribed|asked|agreed|consented|registered|gave|opted)",
    r"\bunverlangt|\bunerwunscht|\bnie (angemeldet|zugestimmt|bestellt|eingewilligt)|\bohne (meine )?(einwilligung|zustimmung)",
    r"\bjamais (ete )?(inscri|demande|donne|consenti|accepte)|\bsans mon (consent|accord)|\bnon sollicit|\bindesirable",
    r"\bnunca (me )?(suscrib|di|pedi|he|solicit|autoric)|\bsin mi (consent|permiso)|\bno solicitad|\bno deseado",
    r"\bmai (iscritt|richiest|dato|chiest|autorizz|acconsent)|\bsenza (il )?mio consenso|\bindesiderat",
    r"\bnooit (aangemeld|ingeschreven|toestemming|gevraagd)|\bzonder (mijn )?toestemming|\bongevraagd|\bongewenst",
    r"\bnunca (me )?(inscrev|pedi|autoriz|assin|solicit|dei)|\bsem (o )?(meu )?consentimento|\bnao solicitad|\bindesejad",
)
COMPLAINT = (
    *UNASKED,
    r"\bcomplain|\breport(ing)? you\b|\b(data )?protection authority|\bregulator|\bwithout my (consent|permission)|\bharass|\boutrag|\billegal|\bunlawful",
    r"\bwhy (did|do|am|are|have|was|has)\b.{0,60}(receiv|get|got|sen[dt]|mail|contact|message)|\b(by mistake|mistakenly|should not have (got|received|been))|\bviolat|\bbreach",
    r"\bbeschwer|\baufsichtsbehorde|\bbelastig|\babmahn|\b(warum|wieso|weshalb)\b.{0,60}(bekomm|erhalt|schick|send|schreib|mail)|\bversehentlich|\brechtswidrig",
    r"\bplainte|\breclamation|\bcnil\b|\bharcel|\bpourquoi\b.{0,60}(rec|envoy|ecri|mail)|\bpar erreur|\billegal",
    r"\bqueja|\bquejar|\breclamaci|\bdenunci|\bpor que\b.{0,60}(recib|envi|mand|lleg)|\bpor error|\bilegal",
    r"\breclamo|\blamentel|\bgarante\b|\bperche\b.{0,60}(ricev|invi|mand|scriv|arriva)|\bper errore|\billecit",
    r"\bklacht|\bklagen?\b|\bautoriteit persoonsgegevens|\bwaarom\b.{0,60}(krijg|ontvang|stuur|mail)|\bper ongeluk|\bonrechtmatig",
    r"\breclama|\bqueixa|\bpor que\b.{0,60}(receb|envi|mand|cheg)|\bpor engano|\bilegal",
)
ACCESS = (
    r"\b(what|which|all( of)?( the)?|any|every) (personal )?(data|information|details|records?)\b.{0,60}\b(me|my)\b|\bwhat (do )?you (know|hold|have|store|keep)\b.{0,40}\b(about|on) me",
    r"\b(copy|copies|export|extract|overview|list) of\b.{0,40}\b(my|the|all)\b.{0,30}(data|information|record|file)|\baccess (request|to (all )?(of )?(my|the) (own )?(personal )?(data|information))|\bright (of|to) access|\bsubject access|\bdsar\b|\bsar request|\barticle 15|\bart\.? ?15\b",
    r"\b(data|information|records?)\b.{0,30}\byou (hold|have|store|keep|process)|\b(see|send me|give me|show me|request|want|get) (all |the |a |of )*(my (own )?(personal )?|personal )(data|information)\b",
    r"\bauskunft|\bwelche (personenbezogen\w+ |personlich\w+ )?(daten|information)|\bdaten\b.{0,30}\b(uber|zu|von) (mich|mir|meiner)|\bkopie (meiner|aller|der)\b.{0,20}daten|\bartikel 15|\bdatenauskunft|\bwas\b.{0,20}\buber mich",
    r"\bdroit d'?acces|\bacces a (toutes )?mes (donnees|informations)|\bquelles (sont les )?(donnees|informations)|\bcopie de (toutes )?mes (donnees|informations)|\bdonnees\b.{0,40}\b(me concern|sur moi|a mon sujet)",
    r"\bderecho de acceso|\b(acceso|acceder) a (todos )?mis (datos|informacion)|\b(que|cuales) (son los )?(datos|informacion)|\bcopia de (todos )?(mis|los) datos|\bdatos\b.{0,40}\b(sobre mi|de mi|que tienen)",
    r"\bdiritto di accesso|\baccesso a(i|gli)? (tutti )?(i )?(miei )?dati|\b(quali|che) (sono i )?dati|\bcopia (di tutti )?(dei|i) miei dati|\bdati\b.{0,40}\b(su di me|che mi riguard|in vostro possesso)",
    r"\binzage|\binzageverzoek|\b(welke|wat voor) (persoons)?(gegevens|informatie)|\bkopie van (al )?mijn (persoons)?gegevens|\bgegevens\b.{0,40}\bover mij",
    r"\bdireito de acesso|\b(acesso|acessar|aceder) (a|aos|os)? ?(todos )?(os )?meus dados|\b(que|quais) (sao os )?dados|\bcopia d(e|os) (todos )?(os )?meus dados|\bdados\b.{0,40}\b(sobre mim|a meu respeito|que (tem|voces))",
)
CORRECTION = (
    r"\bcorrect(ion|ed)?\b|\bmis-?spel|\b(is|are|was) (wrong|incorrect|inaccurate|out of date|outdated|misspelled)|\bwrong (name|address|e-?mail|phone|data|spelling|title|details)|\b(update|change|amend|fix) (my|the) (\w+ )?(address|name|details|data|records?|e-?mail|phone|surname|information|title)\b|\brectif|\bhave moved|\bmoved (house|to)\b|\bmy new (address|name|e-?mail|phone)",
    r"\bberichtig|\bkorrig|\bkorrektur|\bfalsch (geschrieben|gespeichert|erfasst)|\b(name|adresse|anschrift|telefonnummer|daten)\b.{0,40}\b(falsch|geandert|andern|stimmt|stimmen|aktualisier)|\badress(e )?ander|\bneue (adresse|anschrift|telefonnummer)|\bumgezogen|\bander(n|e|t) sie\b.{0,20}\bmeine?",
    r"\brectif|\bcorrig|\bcorrection|\bmal (ecrit|orthograph)|\bmon (nom|prenom|adresse|e-?mail)\b.{0,40}\b(est|a) (faux|fausse|errone|incorrect|mal|change)|\bchangement d'?adresse|\bnouvelle adresse|\bmettre a jour|\bmodifier (mon|ma|mes)|\berrone|\bdemenag|\binexact",
    r"\brectific|\bcorrig|\bcorrecci|\bmal escrit|\bmi (nombre|direccion|apellido|correo)\b.{0,40}\b(esta|es) (mal|incorrect|equivocad|erroneo)|\bcambi(o|ar|e|en) (de|mi|la) direccion|\bnueva direccion|\bactuali[cz]|\bme he mudado|\binexact|\berrone",
    r"\brettific|\bcorregg|\bcorrezion|\b(sbagliat|errat|scorrett)|\bcambio (di )?indirizzo|\bnuovo indirizzo|\baggiorn(are|ate|i|a) (il|i|la|le)? ?mi|\bmi sono trasferit|\binesatt|\bmodific(a|are|ate) (il|i|la) mi",
    r"\brectific|\bcorrig|\bverbeter|\b(verkeerd|onjuist|fout) (gespeld|geschreven|in|is)|\b(naam|adres|gegevens)\b.{0,40}\b(verkeerd|onjuist|fout|klopt niet|kloppen niet|wijzig|gewijzigd)|\badreswijzig|\bnieuw(e)? adres|\bverhuisd|\bwijzig(en)? .{0,20}(mijn|adres|naam)|\bonjuist",
    r"\bretific|\bcorrij|\bcorrig|\bcorrec(ao|oes)|\bmal escrit|\bmeu (nome|endereco|e-?mail|sobrenome)\b.{0,40}\b(esta|mudou|e) ?(errad|incorret|mal|desatualiz)?|\b(mudanca|alteracao) de (endereco|morada)|\bnov[oa] (endereco|morada)|\batualiz|\berrad[oa]|\bmudei",
)
ERASURE = (
    r"\b(delete|erase|destroy|remove|wipe) (all |any |the |of |every )*(my |our )?(personal )?(data|information|details|account|records?)\b|\bforget me\b|\bright to (be forgotten|erasure)|\bto be forgotten|\b(art\.?|article) ?17\b",
    r"\blosch\w*\b.{0,40}\b(daten|konto|information)|\b(daten|konto)\b.{0,40}\blosch|\bvergessen ?werden|\bartikel 17\b",
    r"\b(efface|supprime)\w*\b.{0,40}\b(donnees|compte|informations)|\bdroit a l'(oubli|effacement)|\beffacement de (mes|toutes)",
    r"\b(borr|elimin|suprim)\w*\b.{0,40}\b(mis |los |todos )?(datos|cuenta)\b|\bderecho (al olvido|de supresion)|\bsupresion de (mis|los)",
    r"\b(cancell|elimin)\w*\b.{0,40}\b(dati|account)\b|\bdiritto all'(oblio|cancellazione)",
    r"\b(wis|verwijder)\w*\b.{0,40}\b(gegevens|account)\b|\bgegevens\b.{0,40}\b(wissen|verwijder)|\brecht op (vergetelheid|gegevenswissing)",
    r"\b(apag|elimin|exclu)\w*\b.{0,40}\b(meus |os |todos )?(dados|conta)\b|\bdireito ao (esquecimento|apagamento)",
)
"""Words that ask for more than no mail: that what is held goes."""
EVERYTHING = re.compile(
    r"\beverything\b|\ball (your |of your |the |further |other )*(e-?mails?|mails?|messages?|communications?|contact|lists?|mailings)\b|\bany (kind|sort|form|more contact)|\b(never|not?|stop) (ever )?(contact|write|hear)|\b(do not|don'?t) (ever )?(contact|write)|\bdelete (me|my (data|account|address|e-?mail))|\bforget me|\bany (further |more )?(communication|contact)"
    r"|\balles\b|\bsamtliche|\balle (mails?|e-?mails?|nachrichten|zusendungen|newsletter)|\b(jed|kein)\w* (weiteren? )?kontakt|\bin ruhe\b|\bnie wieder|\bnicht mehr kontakt"
    r"|\btous (les|vos)|\btoutes (les|vos)|\btout (arret|cess)|\baucun (mail|message|contact|courri)|\bplus jamais|\btodos? (los|sus|os|as)\b|\btodas (las|sus|as)|\bningun|\bnunca mas|\btutt[ie] (i|le|gli|l)|\bnessun|\bmai piu|\balle (mail|e-?mails|berichten|nieuwsbrieven)|\bnooit meer|\bgeen enkel|\btodos (os|e-?mails)|\bnenhum|\bnunca mais",
)
NARROW = re.compile(
    r"\b(only|just|this|dies\w+|nur|cette|ce|seulement|uniquement|juste|est[ea]|solo|solamente|questa?|soltanto|deze|dit|alleen|ess[ea]|apenas|so)\b"
    r".{0,25}\b(newsletter|list\b|liste|lista|lijst|mailing|boletin|nieuwsbrief|infolettre|verteiler|boletim|bollettino)",
)
ONLY = re.compile(
    r"\b(only|just|about|on|regarding|more|nur|uber|zu|keine|seulement|sur|de|d'|plus|solo|sobre|mas|soltanto|su|piu|alleen|over|geen|apenas|mais)\b"
)
"""Words before a topic by which somebody refuses that topic and not the rest."""


_MARKS = str.maketrans({"\u2019": "'", "\u00b4": "'", "\u2011": "-", "\u2010": "-", "\u2013": "-"})


def plain(text: str) -> str:
    """Give a text in lower case, without accents, its blanks and typographic marks made one."""
    text = text[:20_000]
    if text.isascii():
        return " ".join(text.lower().split())
    text = unicodedata.normalize("NFKD", text).casefold()
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    return " ".join(text.translate(_MARKS).split())
