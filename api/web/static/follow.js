// The sound follows the words: the word being said is marked, a word or a time that is clicked is heard.
"use strict";

const sound = document.getElementById("sound");
const turns = document.getElementById("turns");
const words = [...turns.querySelectorAll(".said span[data-s]")];
const timed = [...turns.querySelectorAll(".turn[data-s]")];
const follow = document.getElementById("follow");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const LASTING = 2.5; // seconds after which a word that nothing followed is over

const starts = (elements) => elements.map((element) => Number(element.dataset.s));
const wordStarts = starts(words);
const turnStarts = starts(timed);
let word = null;
let turn = null;

// The last place whose second has come, or -1.
function placeAt(seconds, all) {
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (all[middle] <= seconds + 0.01) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function mark(before, now) {
  if (before === now) return now;
  if (before) before.classList.remove("now");
  if (now) now.classList.add("now");
  return now;
}

function show() {
  const seconds = sound.currentTime;
  const at = placeAt(seconds, wordStarts);
  word = mark(word, at >= 0 && seconds - wordStarts[at] < LASTING ? words[at] : null);
  const before = turn;
  turn = mark(turn, timed[placeAt(seconds, turnStarts)] || null);
  if (turn && turn !== before && follow.checked && !sound.paused) bring(turn);
}

function bring(element) {
  element.scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : "smooth" });
}

function frame() {
  show();
  if (!sound.paused) requestAnimationFrame(frame);
}

function jump(seconds, play) {
  const go = () => {
    sound.currentTime = seconds;
    if (!play) return;
    // A browser may want a click on this page first: then the player stands at the second, ready.
    sound.play().catch(() => {
      document.getElementById("heard").textContent = "Press play to hear it from here.";
    });
  };
  if (sound.readyState >= HTMLMediaElement.HAVE_METADATA) go();
  else sound.addEventListener("loadedmetadata", go, { once: true });
}

function asked() {
  const given = new URLSearchParams(location.search).get("t") ?? new URLSearchParams(location.hash.slice(1)).get("t");
  const seconds = given === null || given === "" ? NaN : Number(given);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}

function open() {
  const seconds = asked();
  if (seconds === null) return;
  const place = timed[placeAt(seconds, turnStarts)];
  if (place) bring(place);
  jump(seconds, true);
}

turns.addEventListener("click", (event) => {
  const link = event.target.closest("a.at");
  if (link) {
    event.preventDefault();
    history.replaceState(null, "", link.href);
    jump(Number(link.closest(".turn").dataset.s), true);
    return;
  }
  const said = event.target.closest(".said span[data-s]");
  if (said && !String(getSelection())) jump(Number(said.dataset.s), true);
});
for (const name of ["seeked", "timeupdate"]) sound.addEventListener(name, show);
sound.addEventListener("play", () => {
  document.getElementById("heard").textContent = "";
  requestAnimationFrame(frame);
});
addEventListener("hashchange", open);
document.querySelector(".told-here")?.addEventListener("click", (event) => {
  const link = event.target.closest("a[href*='?t=']");
  if (!link) return;
  event.preventDefault();
  history.pushState(null, "", link.href);
  open();
});

turns.classList.add("followed");
document.querySelector(".follow").hidden = false;
open();
