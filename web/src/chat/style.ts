// The chat's look. Every colour and size is a token, so that a theme swaps tokens and nothing else; a constructed sheet needs no inline style.
import { css } from "lit";

export const style = css`
  :host {
    --ink: var(--guichet-ink, #16181d); --paper: var(--guichet-paper, #fff); --soft: var(--guichet-soft, #eef1f5); --line: var(--guichet-line, #6b7280);
    --accent: var(--guichet-accent, #1d4f91); --on-accent: var(--guichet-on-accent, #fff); --danger: var(--guichet-danger, #a80000); --on-danger: #fff; --focus: var(--guichet-focus, #0a76f6);
    --radius: var(--guichet-radius, .5rem); --font: var(--guichet-font, system-ui, sans-serif);
    display: block; color: var(--ink); font: 1rem/1.5 var(--font); text-align: start;
  }
  :host([data-theme="etat"]) {
    --ink: #161616; --paper: #fff; --soft: #eee; --line: #666; --accent: #000091; --on-accent: #f5f5fe; --danger: #ce0500; --focus: #0a76f6; --radius: 0; --font: Marianne, arial, sans-serif;
  }
  @media (prefers-color-scheme: dark) {
    :host { --ink: var(--guichet-ink-dark, #f1f3f6); --paper: var(--guichet-paper-dark, #16181d); --soft: var(--guichet-soft-dark, #262a32); --line: var(--guichet-line-dark, #9aa3b0); --accent: var(--guichet-accent-dark, #a9cdff); --on-accent: var(--guichet-on-accent-dark, #10131a); --focus: #6cb0ff }
    :host([data-theme="etat"]) { --ink: #fff; --paper: #161616; --soft: #2a2a2a; --line: #929292; --accent: #8585f6; --on-accent: #000091 }
  }
  :host([large]) { font-size: 1.4rem }
  :host([large]) button, :host([large]) input, :host([large]) select, :host([large]) textarea { font-size: 1.4rem }
  * { box-sizing: border-box }
  [hidden] { display: none !important }
  button, .leave, select, input, textarea { font: inherit; min-height: 2.75rem; padding: .5rem 1rem; border: 1px solid var(--line); border-radius: var(--radius); background: var(--paper); color: var(--ink) }
  button, .leave { cursor: pointer }
  textarea, input { width: 100% }
  textarea { min-height: 5rem; resize: vertical }
  label, legend { display: block; font-weight: 600; margin-top: .5rem }
  .first { background: var(--accent); color: var(--on-accent); border-color: var(--accent); font-weight: 600 }
  .leave { background: var(--ink); color: var(--paper); font-weight: 700; text-decoration: none; white-space: nowrap }
  :focus-visible { outline: 3px solid var(--focus); outline-offset: 2px }
  a { color: var(--accent) }
  .panel { background: var(--paper); display: flex; flex-direction: column }
  header { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: .5rem; justify-content: space-between; align-items: center; padding: .5rem 1rem; background: var(--paper); border-bottom: 3px solid var(--danger) }
  header p { margin: 0; flex: 1 1 14rem }
  main { padding: 0 1rem 1rem; width: 100%; max-width: 44rem; margin: 0 auto }
  h1 { font-size: 1.5em; line-height: 1.2 }
  .tools { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: end }
  .tools label { margin: 0 }
  .log { list-style: none; padding: 0; margin: 1rem 0 }
  .log li { border: 1px solid var(--line); border-radius: var(--radius); padding: .5rem 1rem; margin: .5rem 0; max-width: 90% }
  .log p { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere }
  .log .citizen { margin-inline-start: auto; background: var(--soft) }
  .log .redirect, .reminder { border: 3px solid var(--danger); font-weight: 600 }
  .outgoing { border-style: dashed !important }
  .reminder { padding: .5rem 1rem; margin: 1rem 0 }
  .code { font-family: ui-monospace, monospace; letter-spacing: .1em; font-size: 1.2em; white-space: nowrap }
  .numbers a { display: inline-block; min-width: 5rem; font-size: 1.8em; font-weight: 700; line-height: 1.2; padding: .4rem 1rem; margin: .3rem; border: 3px solid currentColor; border-radius: var(--radius); color: inherit; text-decoration: none }
  .scale { display: flex; flex-wrap: wrap; gap: .25rem; border: 0; padding: 0; margin: 0 }
  .scale legend { margin-bottom: .25rem }
  .scale label { display: inline-flex; align-items: center; gap: .3rem; min-height: 2.75rem; margin: 0; padding: 0 .5rem; font-weight: 400 }
  .scale input { width: auto; min-height: 0 }
  .row { display: flex; flex-wrap: wrap; gap: .5rem; margin: .5rem 0 }
  #alarm { position: fixed; inset: 0; z-index: 2147483647; overflow: auto; display: flex; flex-direction: column; justify-content: center; align-items: center; gap: 1rem; padding: 1.5rem; background: var(--danger); color: var(--on-danger); font-size: 1.4em; text-align: center }
  #alarm p { margin: 0; max-width: 40rem; overflow-wrap: anywhere }
  #alarm button { background: #fff; color: #16181d }
  #alarm .leave { background: #000; color: #fff; border-color: #fff }
  #alarm :focus-visible { outline-color: #fff; outline-offset: 4px }
  :host(:not([full])) .panel { position: fixed; inset-block-end: 1rem; inset-inline-end: 1rem; z-index: 2147483646; width: min(26rem, calc(100vw - 2rem)); max-height: calc(100vh - 2rem); overflow: auto; border: 1px solid var(--line); border-radius: var(--radius) }
  .bubble { position: fixed; inset-block-end: 1rem; inset-inline-end: 1rem; z-index: 2147483646; border-radius: 2rem }
  :host([full]) .panel { min-height: 100vh }
  @media (forced-colors: active) { .citizen, .reminder, #alarm { border: 3px solid } .first, .leave { border: 2px solid ButtonText } }
  @media (prefers-reduced-motion: no-preference) { .panel { scroll-behavior: smooth } }
`;
