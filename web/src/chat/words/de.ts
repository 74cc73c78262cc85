import type { Words } from "./fr";

export const de: Words = {
  name: "Deutsch", title: "Der Gendarmerie schreiben", open: "Der Gendarmerie schreiben", fold: "Verkleinern", leave: "Schnell verlassen",
  leaveHint: "„Schnell verlassen“ oder dreimal Escape löscht diese Seite und öffnet eine andere. Der Verlauf des Browsers kann die Adresse behalten.",
  urgent: "Notfall? Rufen Sie {17} oder {112} an. Ohne zu sprechen: SMS an {114}.", sms: "SMS an {n}",
  who: "Dieser Dienst bearbeitet keine Notfälle. Ein automatischer Helfer (Guichet) liest Ihre Nachricht zuerst und sagt Ihnen, ob Sie anrufen müssen; jede andere Antwort wird von einem Gendarmen geprüft und gesendet.",
  text: "Ihre Nachricht", send: "Senden", log: "Gespräch", citizen: "Sie", answer: "Ein Gendarm", machine: "Automatische Nachricht", outgoing: "noch nicht gesendet",
  sending: "Wird gesendet…", kept: "Ihre Nachricht ist gespeichert.", waiting: "Ihre Nachricht ist angekommen; sie erscheint, sobald sie gespeichert ist.",
  offline: "Kein Netz. Ihre Nachrichten werden von selbst und nur einmal gesendet, sobald es wieder da ist. Warten Sie im Notfall nicht: Rufen Sie 17 an.",
  refused: "Diese Nachricht wurde nicht angenommen. Schreiben Sie sie anders. Im Notfall rufen Sie 17 an.", "unknown-code": "Dieser Code öffnet kein Gespräch.", idle: "",
  code: "Ihr Code, um zurückzukommen:", codeHint: "Notieren Sie ihn: Er steht nur hier und bleibt nicht auf diesem Gerät.", haveCode: "Ich habe schon einen Code", codeLabel: "Code mit 12 Zeichen", resume: "Gespräch fortsetzen",
  end: "Gespräch beenden", erase: "Alles löschen, was ich geschrieben habe", eraseSure: "Das ganze Gespräch löschen? Das ist endgültig.", yes: "Ja, löschen", no: "Nein, behalten", erased: "Ihre Worte sind gelöscht.",
  rate: "Hat Ihnen dieser Dienst geholfen? Von 0 (gar nicht) bis 10 (sehr)", word: "Ein Wort (freiwillig)", giveRating: "Bewertung senden", thanks: "Danke.", goOn: "Weiterschreiben", alarm: "Notfall",
  language: "Sprache", large: "Große Schrift", closed: "Das Gespräch ist beendet. Sie können noch schreiben.",
  place: "In welcher Gemeinde? (freiwillig)", placeSend: "Gemeinde angeben", placeSkip: "Überspringen", placeSaid: "Commune : {p}",
};
