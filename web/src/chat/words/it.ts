import type { Words } from "./fr";

export const it: Words = {
  name: "Italiano", title: "Scrivere alla gendarmeria", open: "Scrivere alla gendarmeria", fold: "Riduci", leave: "Esci subito",
  leaveHint: "«Esci subito», o il tasto Esc tre volte, cancella questa pagina e apre un altro sito. La cronologia del browser può conservare l’indirizzo visitato.",
  urgent: "Emergenza? Chiami il {17} o il {112}. Se non può parlare: SMS al {114}.", sms: "SMS al {n}",
  who: "Questo servizio non tratta le emergenze. Una guida automatica (Guichet) legge prima il suo messaggio per dirle se deve chiamare; ogni altra risposta è riletta e inviata da un gendarme.",
  text: "Il suo messaggio", send: "Invia", log: "Conversazione", citizen: "Lei", answer: "Un gendarme", machine: "Messaggio automatico", outgoing: "non ancora inviato",
  sending: "Invio…", kept: "Il suo messaggio è registrato.", waiting: "Il suo messaggio è arrivato; apparirà appena registrato.",
  offline: "Nessuna rete. I suoi messaggi partiranno da soli, una volta sola, al suo ritorno. In caso di emergenza non aspetti: chiami il 17.",
  refused: "Questo messaggio non è stato accettato. Lo scriva in altro modo. In caso di emergenza, chiami il 17.", "unknown-code": "Questo codice non apre nessuna conversazione.", idle: "",
  code: "Il suo codice per tornare:", codeHint: "Lo annoti: è mostrato solo qui e non resta su questo dispositivo.", haveCode: "Ho già un codice", codeLabel: "Codice di 12 segni", resume: "Riprendi la conversazione",
  end: "Termina la conversazione", erase: "Cancella tutto ciò che ho scritto", eraseSure: "Cancellare tutta la conversazione? È definitivo.", yes: "Sì, cancella", no: "No, conserva", erased: "Le sue parole sono cancellate.",
  rate: "Questo servizio l’ha aiutata? Da 0 (per niente) a 10 (molto)", word: "Una parola (facoltativa)", giveRating: "Invia il mio parere", thanks: "Grazie.", goOn: "Continua a scrivere", alarm: "Emergenza",
  language: "Lingua", large: "Testo grande", closed: "La conversazione è terminata. Può ancora scrivere.",
  place: "In quale comune? (facoltativo)", placeSend: "Indica il comune", placeSkip: "Salta", placeSaid: "Commune : {p}",
};
