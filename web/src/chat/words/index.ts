// The languages of the chat, and the choice among them.
import { de } from "./de";
import { en } from "./en";
import { es } from "./es";
import { facile } from "./facile";
import { fr, type Words } from "./fr";
import { it } from "./it";

export type { Words };
export const LANGUAGES = { fr, "fr-easy": facile, en, de, es, it } satisfies Record<string, Words>;
export type Language = keyof typeof LANGUAGES;

/** The first of the wanted languages that we speak; French otherwise. */
export function chosen(wanted: readonly string[]): Language {
  for (const w of wanted) {
    const known = w.slice(0, 2).toLowerCase();
    if (known in LANGUAGES) return known as Language;
  }
  return "fr";
}
