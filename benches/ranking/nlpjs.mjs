// NLP.js (node-nlp): what measure.py does, for its own manager. Command line: TRAIN ASKED LANGUAGE.
import { readFileSync } from "node:fs";
import nodeNlp from "node-nlp";

const WARM = 200;
const TOP = 3;
const [train, asked] = process.argv.slice(2, 4).map((path) =>
  readFileSync(path, "utf8").split("\n").filter((l) => l.trim()).map((l) => JSON.parse(l)));
const language = process.argv[4];

const manager = new nodeNlp.NlpManager({ languages: [language], forceNER: false, autoSave: false, nlu: { log: false } });
let started = performance.now();
for (const { text, label } of train) manager.addDocument(language, text, label);
await manager.train();
const training = (performance.now() - started) / 1000;

const ask = async (text) => {
  const { classifications } = await manager.process(language, text);
  return classifications.filter((c) => c.intent !== "None").sort((a, b) => b.score - a.score).slice(0, TOP).map((c) => c.intent);
};
for (const { text } of asked.slice(0, WARM)) await ask(text);
const ranked = [];
const microseconds = [];
for (const { text } of asked) {
  started = performance.now();
  const labels = await ask(text);
  microseconds.push((performance.now() - started) * 1000);
  ranked.push(labels);
}
const status = readFileSync("/proc/self/status", "utf8");
const bytes = (name) => Number(status.match(new RegExp(`${name}:\\s+(\\d+)`))[1]) * 1024;
process.stdout.write(JSON.stringify({ ranked, microseconds, training, resident: bytes("VmRSS"), peak: bytes("VmHWM") }) + "\n", () => process.exit(0));
