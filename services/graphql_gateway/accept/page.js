// Takes the token out of the address, sends it with the chosen password, says what came of it.
"use strict";

const given = new URLSearchParams(location.hash.slice(1) || location.search);
const token = given.get("token");
history.replaceState(null, "", location.pathname);

const form = document.getElementById("accept");
const password = document.getElementById("password");
const again = document.getElementById("again");
const said = document.getElementById("said");

function done(sentence) {
  form.hidden = true;
  said.textContent = sentence;
}

async function send() {
  const answer = await fetch("/auth/accept", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token, password: password.value }),
  });
  if (answer.ok) return done("Done. Sign in with your e-mail address and your password.");
  const problem = await answer.json();
  if (answer.status !== 401) return (said.textContent = problem.detail);
  done("This invitation was used, replaced or is too old. Ask for a new one.");
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (password.value !== again.value) return (said.textContent = "The two passwords differ.");
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    await send();
  } catch {
    said.textContent = "Rostrum did not answer. Try again.";
  } finally {
    button.disabled = false;
  }
});

if (!token) done("This address has no invitation in it. Open the whole link you were given.");
