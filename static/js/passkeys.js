// Says in words why a passkey did not work; the exchange with the device itself is allauth's script.

const notice = document.getElementById("passkey-error");

document.addEventListener("allauth.error", (event) => {
  if (!notice) return;
  event.preventDefault();
  const possible = window.PublicKeyCredential && window.isSecureContext;
  notice.textContent = possible ? notice.dataset.cancelled : notice.dataset.impossible;
  notice.hidden = false;
  notice.scrollIntoView({ block: "nearest" });
});
