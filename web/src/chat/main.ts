// The one line on any site: `<script src="https://…/guichet.js" defer></script>`. Puts the chat at the end of the page, unless the page has one.
// `data-theme` and `data-away` of the script are those of the chat.
import { GuichetChat } from "./chat";

const script = document.currentScript as HTMLScriptElement | null;
const server = script ? new URL(script.src, location.href).origin : location.origin;

class Here extends GuichetChat {
  constructor() {
    super();
    this.server = server;
  }
}
customElements.define("guichet-chat", Here);

if (!document.querySelector("guichet-chat")) {
  const chat = document.createElement("guichet-chat");
  if (script?.dataset.theme) chat.dataset.theme = script.dataset.theme;
  if (script?.dataset.away) chat.setAttribute("away", script.dataset.away);
  document.body.append(chat);
}
