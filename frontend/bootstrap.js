// Only what the shell needs. Dialogs are <dialog>, disclosure is <details>; both need no script.
import "bootstrap/js/src/collapse.js";
import "bootstrap/js/src/dropdown.js";
import "bootstrap/js/src/offcanvas.js";
