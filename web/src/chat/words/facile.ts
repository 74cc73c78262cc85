import { fr, type Words } from "./fr";

// French that is easy to read: short sentences, one idea each.
export const facile: Words = {
  ...fr,
  name: "Français facile",
  leaveHint: "Vous devez cacher cette page ? Appuyez sur « Quitter vite ». Ou appuyez trois fois sur la touche Échap. La page s’efface. Le navigateur peut garder l’adresse de la page.",
  urgent: "Vous êtes en danger ? Appelez le {17} ou le {112}. Vous ne pouvez pas parler ? Envoyez un SMS au {114}.",
  who: "Ici, on ne répond pas aux urgences. Vous écrivez un message. Une machine le lit en premier. Elle vous dit s’il faut appeler. Ensuite, un gendarme vous répond.",
  waiting: "Votre message est arrivé. Il va bientôt s’afficher.",
  offline: "Il n’y a pas de réseau. Votre message partira plus tard, tout seul. Vous êtes en danger ? Appelez le 17.",
  refused: "Votre message n’est pas parti. Écrivez-le avec d’autres mots. Vous êtes en danger ? Appelez le 17.",
  "unknown-code": "Ce code n’est pas bon.",
  code: "Votre code :",
  codeHint: "Écrivez ce code sur un papier. Avec ce code, vous pouvez revenir.",
  end: "J’ai fini",
  erase: "Tout effacer",
  eraseSure: "Voulez-vous tout effacer ? Vous ne pourrez pas revenir en arrière.",
  rate: "Ce service vous a aidé ? 0 : pas du tout. 10 : beaucoup.",
  word: "Vous voulez dire pourquoi ?",
  giveRating: "Envoyer ma note",
  closed: "C’est fini. Vous pouvez encore écrire.",
  place: "Vous êtes dans quelle ville ? Vous pouvez ne pas répondre.",
  placeSend: "Envoyer la ville",
  placeSkip: "Ne pas répondre",
};
