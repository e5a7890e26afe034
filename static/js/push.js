// Lets this browser show notices, after its owner has pressed the button: nobody is asked unbidden.
const button = document.getElementById("push-on");
const state = document.getElementById("push-state");

function bytes(base64url) {
  const text = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

async function turnOn() {
  const words = button.dataset;
  if ((await Notification.requestPermission()) !== "granted") {
    state.textContent = words.refused;
    return;
  }
  await navigator.serviceWorker.register(words.workerUrl, { scope: words.scope });
  const registration = await settled(words.scope);
  const device = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: bytes(words.keyForPush),
  });
  const answer = await fetch(words.devicesUrl, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value },
    body: JSON.stringify(device),
  });
  if (!answer.ok) throw new Error(String(answer.status));
  window.location.reload();
}

/** The registration once its worker is active: this page lies outside its scope, so `ready` would never come. */
async function settled(scope) {
  const registration = await navigator.serviceWorker.getRegistration(scope);
  const worker = registration.installing ?? registration.waiting;
  if (!registration.active && worker) {
    await new Promise((resolve) => {
      worker.addEventListener("statechange", () => worker.state === "activated" && resolve());
    });
  }
  return registration;
}

if (button && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await turnOn();
    } catch {
      state.textContent = button.dataset.failed;
    } finally {
      button.disabled = false;
    }
  });
}
