// The console's look: dense, quiet; tokens come from console.css.
import { css } from "lit";

export const controls = css`
  * { box-sizing: border-box }
  [hidden] { display: none !important }
  button, input, textarea, select { font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: var(--radius); padding: .3rem .7rem; min-height: 2rem }
  button { cursor: pointer }
  button.first { background: var(--accent); color: var(--on-accent); border-color: var(--accent); font-weight: 600 }
  textarea, input { width: 100% }
  label { display: block; font-weight: 600; margin-top: .5rem }
  a { color: var(--accent) }
  :focus-visible { outline: 3px solid var(--focus); outline-offset: 1px }
  h1, h2, h3 { line-height: 1.2; margin: .4rem 0 } h1 { font-size: 1.2rem } h2 { font-size: 1.05rem } h3 { font-size: 1rem }
  kbd { border: 1px solid var(--line); border-radius: .2rem; padding: 0 .3rem; font: .9em ui-monospace, monospace }
  .switch input { width: auto; min-height: 0 }
  mark { background: none; color: inherit; text-decoration: underline 3px var(--warn); text-underline-offset: 3px; font-weight: 600 }
  .said { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0 }
  table { border-collapse: collapse; width: 100% } th, td { text-align: start; padding: .2rem .5rem; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere }
  dialog { color: var(--ink); background: var(--paper); border: 2px solid var(--line); border-radius: var(--radius); max-width: min(40rem, 94vw) }
  dialog::backdrop { background: #0008 }
  .urgent { color: var(--danger); font-weight: 700 }
`;

export const desk = css`
  .door { max-width: 24rem; margin: 10vh auto; padding: 1rem }
  .desk { display: grid; grid-template: auto auto minmax(0, 1fr) / minmax(14rem, 20rem) minmax(0, 1fr) minmax(16rem, 26rem); height: 100vh }
  .desk.board { grid-template-columns: minmax(14rem, 20rem) minmax(0, 1fr) }
  header, #alarms { grid-column: 1 / -1 }
  header { display: flex; flex-wrap: wrap; gap: .3rem 1rem; align-items: center; padding: .3rem .8rem; border-bottom: 1px solid var(--line) }
  header #status { flex: 1; min-height: 1.4em }
  #alarms { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; padding: .4rem .8rem; background: #a80000; color: #fff; font-weight: 700 }
  #alarms:empty { padding: 0 }
  nav, main, aside { overflow-y: auto; padding: .4rem .8rem; min-height: 0 }
  nav { border-inline-end: 1px solid var(--line); display: flex; flex-direction: column; padding: .4rem 0 0 }
  nav .search { padding: 0 .8rem; margin: 0 } nav #search { margin: 0 .8rem .4rem; width: auto } #found { max-height: 40%; overflow-y: auto; padding: 0 .8rem }
  nav h2 { padding: 0 .8rem } nav guichet-queue { flex: 1; min-height: 0 }
  aside { border-inline-start: 1px solid var(--line) }
  .row { display: flex; flex-wrap: wrap; gap: .4rem; margin: .4rem 0 }
  .log, .list { list-style: none; margin: .4rem 0; padding: 0 }
  .log li, .list li { border: 1px solid var(--line); border-radius: var(--radius); padding: .4rem .7rem; margin: .4rem 0 }
  .log .citizen { border-inline-start: .4rem solid var(--accent) } .log .redirect { border-color: var(--danger) }
  .list p { margin: .3rem 0; max-height: 9em; overflow: auto; white-space: pre-wrap }
  .sure { border-inline-start: .4rem solid var(--accent) !important }
  #draft { min-height: 12rem }
  @media (max-width: 62rem) { .desk, .desk.board { display: block; height: auto } nav guichet-queue { height: 40vh } aside, nav { border: 0; border-top: 1px solid var(--line) } }
`;
