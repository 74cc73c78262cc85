import type { Words } from "./fr";

export const es: Words = {
  name: "Español", title: "Escribir a la gendarmería", open: "Escribir a la gendarmería", fold: "Reducir", leave: "Salir ya",
  leaveHint: "«Salir ya», o la tecla Escape tres veces, borra esta página y abre otro sitio. El historial del navegador puede guardar la dirección visitada.",
  urgent: "¿Emergencia? Llame al {17} o al {112}. Si no puede hablar: SMS al {114}.", sms: "SMS al {n}",
  who: "Este servicio no atiende emergencias. Un guía automático (Guichet) lee primero su mensaje para decirle si debe llamar; cualquier otra respuesta la revisa y la envía un gendarme.",
  text: "Su mensaje", send: "Enviar", log: "Conversación", citizen: "Usted", answer: "Un gendarme", machine: "Mensaje automático", outgoing: "aún no enviado",
  sending: "Enviando…", kept: "Su mensaje está guardado.", waiting: "Su mensaje ha llegado; se mostrará cuando esté guardado.",
  offline: "No hay red. Sus mensajes saldrán solos, una sola vez, cuando vuelva. En una emergencia no espere: llame al 17.",
  refused: "Este mensaje no fue aceptado. Escríbalo de otra forma. En una emergencia, llame al 17.", "unknown-code": "Este código no abre ninguna conversación.", idle: "",
  code: "Su código para volver:", codeHint: "Anótelo: solo se muestra aquí y no se guarda en este aparato.", haveCode: "Ya tengo un código", codeLabel: "Código de 12 signos", resume: "Seguir la conversación",
  end: "Terminar la conversación", erase: "Borrar todo lo que escribí", eraseSure: "¿Borrar toda la conversación? Es definitivo.", yes: "Sí, borrar", no: "No, guardar", erased: "Sus palabras están borradas.",
  rate: "¿Le ayudó este servicio? De 0 (nada) a 10 (mucho)", word: "Una palabra (opcional)", giveRating: "Enviar mi opinión", thanks: "Gracias.", goOn: "Seguir escribiendo", alarm: "Emergencia",
  language: "Idioma", large: "Letra grande", closed: "La conversación ha terminado. Aún puede escribir.",
  place: "¿En qué municipio? (opcional)", placeSend: "Indicar el municipio", placeSkip: "Omitir", placeSaid: "Commune : {p}",
};
