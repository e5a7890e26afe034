// Whoever signs in here may be another one than before: the pages for the field then ask the server whose they are before they
// draw what lies on this device (frontend/phone/main.js).
const path = document.currentScript.dataset.phone;
const secure = window.location.protocol === "https:" ? "; Secure" : "";
document.cookie = `phone_ask=1; Path=${path}; Max-Age=31536000; SameSite=Lax${secure}`;
