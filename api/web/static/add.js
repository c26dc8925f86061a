// Sends the chosen file as it is and shows how much has gone; without this script the form sends itself.
"use strict";

const form = document.getElementById("add");
const file = document.getElementById("file");
const drop = document.getElementById("drop");
const button = form.querySelector("button[type=submit]");

function fail(text) {
  const error = document.getElementById("error");
  error.querySelector("p").textContent = text;
  error.hidden = false;
  error.scrollIntoView({ block: "center" });
  document.getElementById("sending").hidden = true;
  button.disabled = false;
}

function progress(event) {
  if (!event.lengthComputable) return;
  const share = event.loaded / event.total;
  document.getElementById("sent").value = share;
  document.getElementById("share").textContent = `${Math.floor(share * 100)} %`;
}

function answered(request) {
  let answer = {};
  try {
    answer = JSON.parse(request.responseText);
  } catch {
    // not from the service itself: the status is all there is
  }
  if (request.status === 202) location.assign(`/jobs/${answer.job_id}`);
  else if (request.status === 200) location.assign(`/meetings/${answer.meeting_id}?known=1`);
  else fail(answer.detail || `The service answered ${request.status}. Try again.`);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const chosen = file.files[0];
  const about = new URLSearchParams({ name: chosen.name });
  for (const [name, value] of new FormData(form)) {
    if (name !== "file" && value.trim()) about.set(name, value.trim());
  }
  const request = new XMLHttpRequest(); // fetch cannot say how much has been sent
  request.open("POST", `/api/v1/meetings?${about}`);
  request.upload.addEventListener("progress", progress);
  request.addEventListener("load", () => answered(request));
  request.addEventListener("error", () => fail("The connection broke. Check that the service is running, then try again."));
  document.getElementById("error").hidden = true;
  document.getElementById("sending").hidden = false;
  button.disabled = true;
  request.send(chosen);
});

for (const name of ["dragenter", "dragover"]) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
}
for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer.files.length) file.files = event.dataTransfer.files;
});
