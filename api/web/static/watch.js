// Shows a job as it goes on, and opens what came of it.
"use strict";

const job = document.getElementById("job");
const events = new EventSource(`/api/v1/jobs/${job.dataset.job}/events`);

events.addEventListener("message", (event) => {
  const now = JSON.parse(event.data);
  if (now.state === "done" || now.state === "dead") {
    events.close();
    location.reload(); // the page itself knows where to go, and says what went wrong
    return;
  }
  const percent = `${Math.floor(now.fraction * 100)} %`;
  document.getElementById("done").value = now.fraction;
  document.getElementById("percent").textContent = percent;
  document.getElementById("step").textContent = now.step || (now.state === "queued" ? "Waiting its turn" : "Beginning");
  document.title = document.title.replace(/^\d+ %/, percent);
});
