// Usage: schema.js SERVER SCHEMA FILE...
//
// Opens files in the YAML language server with a schema, as an editor does, and compares what it
// says. The files have no mistakes; those below have one each.
const { spawn } = require("child_process");
const { readFileSync } = require("fs");
const path = require("path");

const [, , server, schema, ...files] = process.argv;
const head = `# yaml-language-server: $schema=${path.resolve(schema)}\n`;

// [what is tried, the file, what the message has]
const mistakes = [
  ["an unknown key", "name: a\ndata: {kind: ring}\nmodel: {kind: vae, latnt: 2}\n", "latnt"],
  ["a key of another kind", "name: a\ndata: {kind: ring}\nmodel: {kind: ae, beta: 2}\n", "beta"],
  ["a key of another network", "name: a\ndata: {kind: ring}\nmodel:\n  kind: ae\n  encoder: {kind: mlp, channels: [2]}\n", "channels"],
  ["an unknown model", "name: a\ndata: {kind: ring}\nmodel: {kind: vea}\n", "vae"],
  ["an unknown data set", "name: a\ndata: {kind: rings}\nmodel: {kind: vae}\n", "ring"],
  ["no model", "name: a\ndata: {kind: ring}\n", "model"],
  ["no kind of a model", "name: a\ndata: {kind: ring}\nmodel: {latent: 2}\n", "kind"],
  ["a word for a number", "name: a\ndata: {kind: ring}\nmodel: {kind: vae, latent: two}\n", "integer"],
  ["a fraction for a whole number", "name: a\ndata: {kind: ring}\nmodel: {kind: vae, latent: 2.5}\n", "integer"],
  ["a decay of one", "name: a\ndata: {kind: ring}\nmodel: {kind: vae}\ntrain: {ema: 1}\n", "exclusive maximum"],
  ["no epochs", "name: a\ndata: {kind: ring}\nmodel: {kind: vae}\ntrain: {epochs: 0}\n", "minimum"],
  ["an unknown activation", "name: a\ndata: {kind: ring}\nmodel:\n  kind: ae\n  encoder: {kind: mlp, activation: rellu}\n", "relu"],
  ["an unknown figure", "name: a\ndata: {kind: ring}\nmodel: {kind: vae}\ntrain:\n  evaluate: {metrics: [nnl]}\n", "nll"],
  ["an interval without a unit", "name: a\ndata: {kind: ring}\nmodel: {kind: vae}\ntrain:\n  evaluate: {every: 5}\n", "string"],
  ["a key of a default optimizer that it does not have", "name: a\ndata: {kind: ring}\nmodel: {kind: vae}\ntrain:\n  optimizer: {rho: 0.5}\n", "rho"],
  ["an unknown key of a phase's optimizer", "name: a\ndata: {kind: ring}\nmodel: {kind: gan}\ntrain:\n  optimizers: {generator: {kind: adam, rho: 0.5}}\n", "rho"],
];

// [what is tried, the file with | where the cursor is, words that are offered, words that are not]
const completions = [
  ["a kind", "name: a\nmodel:\n  kind: |\n", ["vae", "gan", "pca", "ae"], []],
  ["keys of a kind", "name: a\ndata: {kind: ring}\nmodel:\n  kind: vae\n  |\n", ["beta", "latent", "encoder"], ["critic_steps"]],
  ["keys of training", "name: a\ntrain:\n  |\n", ["epochs", "optimizer", "evaluate"], ["latent"]],
  ["keys of an optimizer", "name: a\ntrain:\n  optimizer:\n    kind: rmsprop\n    |\n", ["rho", "lr"], ["beta1"]],
  ["a word", "name: a\ndata: {kind: ring}\nmodel:\n  kind: vae\n  encoder:\n    kind: mlp\n    norm: |\n", ["batch", "layer", "none"], []],
];

const child = spawn(process.execPath, [server, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
const pending = new Map(); // requests by id
const diagnosed = new Map(); // what waits for diagnostics, by uri
let input = Buffer.alloc(0);

child.stdout.on("data", (chunk) => {
  input = Buffer.concat([input, chunk]);
  for (;;) {
    const end = input.indexOf("\r\n\r\n");
    if (end < 0) return;
    const length = Number(/Content-Length: (\d+)/i.exec(input.subarray(0, end).toString())[1]);
    if (input.length < end + 4 + length) return;
    const message = JSON.parse(input.subarray(end + 4, end + 4 + length).toString());
    input = input.subarray(end + 4 + length);
    if (message.method === "textDocument/publishDiagnostics") {
      diagnosed.get(message.params.uri)?.(message.params.diagnostics);
    } else if (message.method && message.id !== undefined) {
      send({ id: message.id, result: message.method === "workspace/configuration" ? message.params.items.map(() => ({})) : null });
    } else if (pending.has(message.id)) {
      pending.get(message.id)(message.result);
      pending.delete(message.id);
    }
  }
});

function send(message) {
  const body = JSON.stringify({ jsonrpc: "2.0", ...message });
  child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

let requests = 0;
function request(method, params) {
  const id = ++requests;
  send({ id, method, params });
  return new Promise((resolve) => pending.set(id, resolve));
}

let opened = 0;
// open returns the address of a new document, and what is wrong with it.
async function open(text) {
  const uri = `file:///experiment-${++opened}.yaml`;
  const found = new Promise((resolve) => diagnosed.set(uri, resolve));
  send({ method: "textDocument/didOpen", params: { textDocument: { uri, languageId: "yaml", version: 1, text: head + text } } });
  return [uri, await found];
}

let failures = 0;
function fail(what, got) {
  failures++;
  console.log(`schema: ${what}: ${got}`);
}

async function main() {
  await request("initialize", { processId: process.pid, rootUri: null, capabilities: { textDocument: { completion: { completionItem: { snippetSupport: true } } } } });
  send({ method: "initialized", params: {} });
  send({ method: "workspace/didChangeConfiguration", params: { settings: { yaml: { validate: true, completion: true, schemaStore: { enable: false } } } } });

  for (const file of files) {
    const [, wrong] = await open(readFileSync(file, "utf8"));
    if (wrong.length > 0) fail(file, JSON.stringify(wrong.map((d) => [d.range.start.line, d.message])));
  }
  for (const [what, text, want] of mistakes) {
    const [, wrong] = await open(text);
    const messages = wrong.map((d) => d.message).join("; ");
    if (!messages.includes(want)) fail(what, `got ${JSON.stringify(messages)}, want a message with ${want}`);
  }
  for (const [what, marked, offered, absent] of completions) {
    const before = head + marked.slice(0, marked.indexOf("|"));
    const [uri] = await open(marked.replace("|", ""));
    const lines = before.split("\n");
    const result = await request("textDocument/completion", { textDocument: { uri }, position: { line: lines.length - 1, character: lines.at(-1).length } });
    const labels = (result.items ?? result).map((i) => i.label);
    for (const w of offered) if (!labels.includes(w)) fail(what, `offers ${labels.join(", ")}, want ${w}`);
    for (const w of absent) if (labels.includes(w)) fail(what, `offers ${w}`);
  }
  console.log(`schema: ${files.length} files without mistakes, ${mistakes.length} with one, ${completions.length} completions: ${failures} failures`);
  child.kill();
  process.exit(failures > 0 ? 1 : 0);
}

setTimeout(() => {
  console.log("schema: the language server did not answer within a minute");
  process.exit(1);
}, 60_000);
main();
