// The console, and the author's page: the address says which.
import { GuichetConsole } from "./console";
import { GuichetTrial } from "./trial";

customElements.define("guichet-trial", GuichetTrial);
if (location.pathname.startsWith("/essai")) document.querySelector("guichet-console")?.replaceWith(document.createElement("guichet-trial"));
else customElements.define("guichet-console", GuichetConsole);
