"use strict";
const $ = (id) => document.getElementById(id);
const known = { task: null, propositions: [], trace: [[]], game: null, timer: null };

/** Make an element: name, properties, children. Text is always set as text, never as HTML. */
function make(name, properties = {}, ...children) {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children);
  return node;
}

async function ask(path, body) {
  const options = body === undefined ? {} : {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  };
  let answer, data;
  try {
    answer = await fetch(path, options);
    data = await answer.json();
  } catch {
    throw new Error("The studio does not answer. Is it still running in the terminal?");
  }
  if (!answer.ok) throw new Error(data.error);
  return data;
}

/** Run something for the user; what goes wrong is shown at the top as one paragraph. */
async function attempt(work, area) {
  $("problem").hidden = true;
  area?.classList.add("busy");
  try {
    await work();
  } catch (error) {
    $("problem").textContent = error.message;
    $("problem").hidden = false;
    $("problem").scrollIntoView({ block: "nearest" });
  } finally {
    area?.classList.remove("busy");
  }
}

// ---------------------------------------------------------------- theme and tabs

function theme() {
  const root = document.documentElement, media = matchMedia("(prefers-color-scheme: dark)");
  const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : media.matches);
  const stored = localStorage.getItem("lantern-theme");
  if (stored) root.dataset.theme = stored;
  const button = document.querySelector(".theme");
  const name = () => { button.textContent = dark() ? "Light" : "Dark"; };
  button.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    localStorage.setItem("lantern-theme", root.dataset.theme);
    name();
  });
  media.addEventListener("change", name);
  name();
}

function tabs() {
  const all = [...document.querySelectorAll("[role=tab]")];
  const show = (tab) => all.forEach((other) => {
    other.setAttribute("aria-selected", other === tab);
    $(other.getAttribute("aria-controls")).hidden = other !== tab;
  });
  all.forEach((tab, index) => {
    tab.addEventListener("click", () => { $("problem").hidden = true; show(tab); });
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) all[(index + step + all.length) % all.length].focus();
    });
  });
}

// ---------------------------------------------------------------- task

async function chooseEnv() {
  const { propositions } = await ask("/api/env", { env: $("env").value });
  known.propositions = propositions;
  $("play-env").value = $("env").value;
  $("words-count").textContent = `${propositions.length} propositions`;
  $("propositions").replaceChildren(...propositions.flatMap((one) =>
    [make("dt", { textContent: one.name }), make("dd", { textContent: one.sentence })]));
  $("understood").hidden = true;
  known.task = null;
  told();
}

async function understand(answers = {}) {
  let task;
  try {
    task = await ask("/api/translate", { env: $("env").value, text: $("text").value, answers });
  } catch (error) { // what was understood before is not what stands there now
    $("understood").hidden = true;
    known.task = null;
    told();
    throw error;
  }
  known.task = { ...task, env: $("env").value, text: $("text").value };
  known.trace = [[]];
  $("paraphrase").textContent = task.paraphrase;
  $("formula").textContent = task.formula;
  $("confidence").textContent = `Read by ${task.translator}, confidence ${Math.round(100 * task.confidence)} %.`;
  $("warnings").replaceChildren(...task.warnings.map((text) => make("p", { className: "notice", textContent: text })));
  $("questions").replaceChildren(...task.questions.map((question) => questionBox(question, answers)), ...answered(task.answered));
  $("automaton").innerHTML = task.svg;
  requestAnimationFrame(() => { $("automaton").scrollLeft = ($("automaton").scrollWidth - $("automaton").clientWidth) / 2; });
  for (const kind of ["accepted", "rejected"]) {
    $(kind).replaceChildren(...task[kind].map((example) => exampleLine(example)));
  }
  $("words").open = false;
  $("understood").hidden = false;
  told();
  await showTrace();
}

function exampleLine(example) {
  const text = example.english.charAt(0).toUpperCase() + example.english.slice(1) + ".";
  const load = make("button", { type: "button", className: "chip", textContent: "try" });
  load.addEventListener("click", () => {
    known.trace = example.trace.map((label) => [...label]);
    attempt(showTrace);
    $("trace").scrollIntoView({ block: "center", behavior: "smooth" });
  });
  return make("li", {}, `${text} `, load);
}

function questionBox(question, answers) {
  const box = make("fieldset", { className: "question" }, make("legend", { textContent: question.text }));
  question.options.forEach((option, index) => {
    const reading = question.readings[index];
    const radio = make("input", { type: "radio", name: question.id, value: option, checked: option === (answers[question.id] ?? question.default) });
    radio.addEventListener("change", () => attempt(() => understand({ ...answers, [question.id]: option }), $("understood")));
    box.append(make("label", {}, radio, make("span", { textContent: reading.because || reading.text || reading.formula })));
  });
  return box;
}

/** What has been answered, with a way back. */
function answered(given) {
  const said = Object.entries(given);
  if (!said.length) return [];
  const again = make("button", { type: "button", textContent: "Ask again" });
  again.addEventListener("click", () => attempt(() => understand(), $("understood")));
  return [make("p", { className: "small" }, `Answered: ${said.map(([name, option]) => `${name} = ${option}`).join(", ")}. `, again)];
}

async function showTrace() {
  const { env, formula } = known.task;
  const result = await ask("/api/trace", { env, formula, trace: known.trace });
  $("trace").replaceChildren(...known.trace.map((label, index) => stepLine(label, result.states[index + 1])));
  $("verdict").textContent = result.accepted ? "The task is done." : result.states.at(-1).live ? "Not done yet." : "It can no longer be done.";
  $("verdict").className = result.accepted ? "yes" : result.states.at(-1).live ? "" : "no";
}

function stepLine(label, state) {
  const chips = known.propositions.map(({ name, sentence }) => {
    const chip = make("button", { type: "button", className: "chip", textContent: name, title: sentence });
    chip.setAttribute("aria-pressed", label.includes(name));
    chip.addEventListener("click", () => {
      const at = label.indexOf(name);
      if (at < 0) label.push(name); else label.splice(at, 1);
      attempt(showTrace);
    });
    return chip;
  });
  return make("li", {}, make("div", {}, ...chips, make("small", { textContent: `State ${state.index}: ${state.sentence}` })));
}

// ---------------------------------------------------------------- play

async function startGame() {
  const withTask = $("play-task").checked && known.task?.env === $("play-env").value;
  const game = await ask("/api/play", {
    env: $("play-env").value, seed: Number($("play-seed").value) || 0, formula: withTask ? known.task.formula : "",
  });
  known.game = game.game;
  known.keys = Object.fromEntries(game.actions.map((action, index) => [action.key, index]).filter(([key]) => key));
  $("actions").replaceChildren(...game.actions.map((action, index) => {
    const button = make("button", { type: "button", textContent: action.name });
    button.addEventListener("click", () => attempt(() => move(index, action.name)));
    return button;
  }));
  known.names = game.actions.map((action) => action.name);
  $("log").replaceChildren();
  $("game").hidden = false;
  showGame(game, "start");
}

async function move(action, name) {
  showGame(await ask("/api/move", { game: known.game, action }), name);
}

function showGame(game, name) {
  if (game.svg) $("picture").innerHTML = game.svg;
  else if (game.image) $("picture").replaceChildren(make("img", { src: game.image, alt: "The environment as it draws itself" }));
  else $("picture").replaceChildren(make("p", { className: "muted", textContent: "This environment cannot draw itself." }));
  const done = game.state?.accepting && game.over;
  $("progress").textContent = game.state ? game.state.sentence : "Nothing is asked of you.";
  $("count").textContent = `${game.steps} steps${game.over ? done ? ", the task is done" : ", the episode is over" : ""}`;
  const line = make("li", { textContent: name });
  if (game.label.length) line.append(" · ", make("b", { textContent: game.label.join(", ") }));
  $("log").append(line);
  $("log").scrollTop = $("log").scrollHeight;
  $("actions").querySelectorAll("button").forEach((button) => { button.disabled = game.over; });
}

function keys(event) {
  const action = known.keys?.[event.key];
  if (action === undefined || $("play").hidden || $("game").hidden || event.target.matches("input, select, textarea")) return;
  event.preventDefault();
  if (!$("actions").firstChild.disabled) attempt(() => move(action, known.names[action]));
}

// ---------------------------------------------------------------- sources and teachers

function sourceBox(content, task) {
  const env = make("select", { className: "source-env" }, ...content.envs.map((name) => make("option", { textContent: name })));
  const text = make("input", { type: "text", className: "source-text", placeholder: "its task, in English" });
  env.value = task?.env || content.envs[0];
  text.value = task?.text || "";
  const remove = make("button", { type: "button", textContent: "Remove" });
  const box = make("div", { className: "source" }, make("label", {}, "Environment", env), make("label", {}, "Task", text), remove);
  remove.addEventListener("click", () => { box.remove(); told(); });
  text.addEventListener("input", told);
  return box;
}

function sources() {
  return [...document.querySelectorAll(".source")].map((box) => ({
    env: box.querySelector(".source-env").value, text: box.querySelector(".source-text").value.trim(),
  })).filter((source) => source.text);
}

async function compare() {
  needTask();
  const { env, formula } = known.task;
  const { helpers, skipped } = await ask("/api/teachers", { env, formula, sources: sources() });
  $("helpers").replaceChildren(
    ...skipped.map((text) => make("p", { className: "notice", textContent: text })),
    ...helpers.map(helperBox),
  );
  if (!helpers.length) $("helpers").append(make("p", { className: "muted", textContent: "Name at least one task to compare with. Teachers saved in the folder teachers/ are compared by themselves." }));
}

/** One teacher: how much of the task it knows, the links between the automata, and the reasons in numbers. */
function helperBox(helper, index) {
  const summary = make("summary", {}, helper.name, make("span", { className: "muted small", textContent: `${verdict(helper.mean)}, mean weight ${helper.mean.toFixed(2)}${helper.saved ? ", saved teacher" : ""}` }));
  const drawing = make("div", { className: "drawing" });
  drawing.innerHTML = helper.svg;
  const pairs = helper.propositions.map((pair) => `${pair.target} ↔ ${pair.source} (${pair.similarity.toFixed(2)})`);
  const words = make("p", { className: "small" }, pairs.length ? `What corresponds: ${pairs.join(", ")}.` : "No proposition corresponds to any of the task's.");
  if (helper.missing.length) words.append(` Nothing corresponds to ${helper.missing.join(", ")}.`);
  const box = make("details", { open: index === 0 }, summary, make("p", { textContent: `“${helper.task.trim()}”` }), words,
    make("div", { className: "align" }, drawing, helper.matches.length ? matchTable(helper.matches) : make("p", { className: "muted", textContent: "No state of the task has a counterpart." })));
  return box;
}

function verdict(mean) {
  return mean >= 0.6 ? "would help" : mean >= 0.3 ? "might help in places" : mean > 0 ? "would hardly help" : "would not help";
}

function matchTable(matches) {
  const heads = ["Target state", "Nearest source state, and why", "Weight"];
  const rows = matches.map((match) => {
    const state = (one) => [make("b", { className: "mono", textContent: one.index }), ` ${one.sentence}`];
    const why = ["behaviour", "propositions", "words", "experience"].map((part) => `${part} ${match[part].toFixed(2)}`).join(" · ");
    const source = make("td", {}, ...state(match.source), make("div", { className: "muted small", textContent: why }));
    const cells = [make("td", {}, ...state(match.target)), source, make("td", { className: "num", textContent: match.weight.toFixed(2) })];
    cells.forEach((cell, index) => { cell.dataset.label = ["target", "source", "weight"][index]; });
    return make("tr", {}, ...cells);
  });
  return make("table", { className: "matches" }, make("thead", {}, make("tr", {}, ...heads.map((text) => make("th", { textContent: text })))), make("tbody", {}, ...rows));
}

function needTask() {
  if (!known.task) throw new Error("First say what should be done: open Task, write it, and press Understand.");
  return { env: known.task.env, text: known.task.text };
}

// ---------------------------------------------------------------- sweep

/** Say what a sweep would compare, wherever the task or the sources change. */
function told() {
  const count = sources().length;
  const from = count ? `${count} source${count > 1 ? "s" : ""} (see Teachers)` : "no sources";
  $("sweep-lead").textContent = known.task ? `“${known.task.text}” in ${known.task.env}, with ${from}.` : "First say what should be done, under Task.";
}

async function startSweep() {
  const agents = [...document.querySelectorAll("#agents input:checked")].map((box) => box.value);
  const target = needTask();
  await ask("/api/sweep", {
    target: Object.keys(known.task.answered).length ? { env: target.env, formula: known.task.formula } : target, sources: sources(), agents,
    seeds: Number($("seeds").value), steps: Number($("steps").value),
  });
  $("running").hidden = false;
  watch();
}

async function watch() {
  clearTimeout(known.timer);
  let status;
  try { status = await ask("/api/sweep"); } catch { return; }
  if (!status.started) return;
  $("running").hidden = false;
  $("sweep-start").disabled = status.running;
  $("sweep-stop").hidden = !status.running;
  const parts = [`${status.done} of ${status.total} runs`];
  if (status.sources) parts.push(`${status.sources} teachers learned`);
  if (status.failed) parts.push(`${status.failed} failed`);
  $("sweep-state").textContent = (status.running ? "Running: " : "Ended: ") + parts.join(", ") + ".";
  $("command").textContent = status.command;
  $("bar").value = status.total ? status.done / status.total : 0;
  if (status.error) { $("problem").textContent = status.error; $("problem").hidden = false; }
  drawCurves(status);
  $("report").hidden = !status.report;
  if (status.running) known.timer = setTimeout(watch, 1200);
}

// ---------------------------------------------------------------- start

async function start() {
  theme();
  tabs();
  const content = await ask("/api/content");
  for (const id of ["env", "play-env"]) $(id).replaceChildren(...content.envs.map((name) => make("option", { textContent: name })));
  const usual = "dungeon_quest/student";
  if (content.envs.includes(usual)) $("env").value = usual;
  $("agents").replaceChildren(...content.agents.map((name) => {
    const box = make("input", { type: "checkbox", value: name, checked: ["product_q", "crm_shaping", "lantern"].includes(name) });
    return make("label", { className: "inline" }, box, name);
  }));
  for (const id of ["example", "add-known"]) {
    $(id).append(...content.tasks.map((task, index) => make("option", { value: index, textContent: task.name })));
  }
  $("example").addEventListener("change", () => attempt(async () => {
    const task = content.tasks[$("example").value];
    if (!task) return;
    if (task.env) $("env").value = task.env;
    $("text").value = task.text.trim();
    await chooseEnv();
  }));
  $("add-known").addEventListener("change", () => {
    const task = content.tasks[$("add-known").value];
    $("add-known").value = "";
    if (task) $("sources").append(sourceBox(content, task));
    told();
  });
  $("add-source").addEventListener("click", () => { $("sources").append(sourceBox(content)); told(); });
  await chooseEnv();
  watch();
}

$("env").addEventListener("change", () => attempt(chooseEnv));
$("task-form").addEventListener("submit", (event) => { event.preventDefault(); attempt(() => understand(), $("task")); });
$("text").addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) $("task-form").requestSubmit(); });
$("add-step").addEventListener("click", () => { known.trace.push([]); attempt(showTrace); });
$("clear-trace").addEventListener("click", () => { known.trace = [[]]; attempt(showTrace); });
$("play-start").addEventListener("click", () => attempt(startGame, $("play")));
document.addEventListener("keydown", keys);
$("compare").addEventListener("click", () => attempt(compare, $("teachers")));
$("sweep-form").addEventListener("submit", (event) => { event.preventDefault(); attempt(startSweep, $("sweep-form")); });
$("sweep-stop").addEventListener("click", () => attempt(async () => { await ask("/api/stop", {}); watch(); }));
attempt(start);
