import type { Words } from "./fr";

export const en: Words = {
  name: "English", title: "Write to the gendarmerie", open: "Write to the gendarmerie", fold: "Minimise", leave: "Leave now",
  leaveHint: "“Leave now”, or the Escape key three times, clears this page and opens another site. The browser’s history may keep the address visited.",
  urgent: "Emergency? Call {17} or {112}. If you cannot speak: text {114}.", sms: "Text {n}",
  who: "This service does not handle emergencies. An automatic guide (Guichet) first reads your message to tell you whether to call; every other answer is checked and sent by a gendarme.",
  text: "Your message", send: "Send", log: "Conversation", citizen: "You", answer: "A gendarme", machine: "Automatic message", outgoing: "not sent yet",
  sending: "Sending…", kept: "Your message is saved.", waiting: "Your message has arrived; it will appear once it is saved.",
  offline: "No network. Your messages will be sent by themselves, once only, when it is back. In an emergency do not wait: call 17.",
  refused: "This message was not accepted. Put it another way. In an emergency, call 17.", "unknown-code": "This code opens no conversation.", idle: "",
  code: "Your code to come back:", codeHint: "Write it down: it is shown only here and is not kept on this device.", haveCode: "I already have a code", codeLabel: "Code of 12 characters", resume: "Go on with the conversation",
  end: "End the conversation", erase: "Erase everything I wrote", eraseSure: "Erase this whole conversation? This cannot be undone.", yes: "Yes, erase", no: "No, keep", erased: "Your words are erased.",
  rate: "Did this service help you? From 0 (not at all) to 10 (very much)", word: "A word (optional)", giveRating: "Send my rating", thanks: "Thank you.", goOn: "Keep writing", alarm: "Emergency",
  language: "Language", large: "Large text", closed: "The conversation has ended. You can still write.",
  place: "In which town? (optional)", placeSend: "Give the town", placeSkip: "Skip", placeSaid: "Commune : {p}",
};
