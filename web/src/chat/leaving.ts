// The quick exit: somebody comes into the room. Leaves for a harmless page and takes the place of this one in the history; nothing here was ever written to the device.
const ESCAPES = 3, WITHIN = 2000;

/** Empties the page before it goes, so that a slow network does not leave it on the screen. */
export function leave(away: string) {
  document.title = "";
  document.documentElement.replaceChildren();
  location.replace(away);
}

/** Calls `left` when Escape is pressed three times in two seconds. Gives what stops that. */
export function onEscapes(left: () => void): () => void {
  let times: number[] = [];
  const listen = (e: KeyboardEvent) => {
    times = e.key === "Escape" ? [...times.filter((t) => e.timeStamp - t < WITHIN), e.timeStamp] : [];
    if (times.length >= ESCAPES) left();
  };
  addEventListener("keydown", listen, true);
  return () => removeEventListener("keydown", listen, true);
}
