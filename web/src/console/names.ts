// What the console calls the server's words.
export const STATES: Record<string, string> = {
  open: "ouvert", triaged: "lu", redirected: "invité à appeler", draft: "projet prêt", routed: "orienté", waiting: "attend", "with-agent": "en cours", answered: "répondu", closed: "clos", erased: "effacé",
};
export const LEVELS: Record<string, string> = { now: "URGENCE", possible: "urgence possible", none: "" };
export const KINDS: Record<string, string> = { citizen: "Citoyen", redirect: "Renvoi automatique", acknowledgement: "Accusé automatique", answer: "Réponse envoyée" };
export const OUTCOMES: Record<string, string> = { emergency: "Urgence", draft: "Réponse proposée à un agent", route: "Orientation vers un service", agent: "Un agent lit le message" };
export const FATES: Record<string, string> = { proposed: "proposé", edited: "modifié", refused: "refusé", sent: "envoyé" };
/** Reasons of a refusal, by the key that gives them, and how they are counted. */
export const REASONS = [["Hors sujet", "off-topic"], ["Incomplet", "incomplete"], ["Faux", "wrong"], ["Périmé", "outdated"], ["Ton inadapté", "tone"]] as const;
export const KEYS: [string, string][] = [
  ["j / k", "échange suivant, précédent"], ["g", "ouvrir la plus ancienne urgence que personne n’a prise"], ["t", "prendre"], ["l", "rendre"], ["c", "clore"], ["1 2 3", "partir de la réponse proposée 1, 2 ou 3"],
  ["e", "écrire (Échap pour en sortir)"], ["Ctrl + Entrée", "approuver et envoyer"], ["r", "refuser, puis un chiffre pour la raison"], ["p", "pourquoi cette décision"], ["n", "écrire une note"], ["h", "transmettre à un service"], ["a / v", "demander l’échange à qui le tient, le donner à qui le demande"], ["/", "chercher"], ["b", "tableau, file"], ["?", "cette aide"],
];
export const minutes = (since: number) => Math.max(0, Math.round((Date.now() - since) / 60_000));
