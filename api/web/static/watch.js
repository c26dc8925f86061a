// Shows a job as it goes on, and opens what came of it.
"use strict";

const job = document.getElementById("job");
const events = new EventSource(`/api/v1/jobs/${job.dataset.job}/events`);

// As the page itself says it (models/job.py).
function inWords(seconds) {
  if (seconds === null) return "";
  return seconds < 90 ? `about ${seconds} s left` : `about ${Math.round(seconds / 60)} min left`;
}

events.addEventListener("message", (event) => {
  const now = JSON.parse(event.data);
  if (["done", "dead", "paused"].includes(now.state)) {
    events.close();
    location.reload(); // the page itself knows where to go, and says what went wrong or waits
    return;
  }
  const percent = `${Math.floor(now.fraction * 100)} %`;
  document.getElementById("done").value = now.fraction;
  document.getElementById("percent").textContent = percent;
  document.getElementById("left").textContent = inWords(now.left);
  document.getElementById("step").textContent = now.step || (now.state === "queued" ? "Waiting its turn" : "Beginning");
  document.title = document.title.replace(/^\d+ %/, percent);
});
