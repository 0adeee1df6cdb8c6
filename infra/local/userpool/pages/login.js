// A password can be looked at, by the one who typed it.
for (const field of document.querySelectorAll("input[type=password]")) {
  const button = document.createElement("button");
  const show = (shown) => {
    field.type = shown ? "text" : "password";
    button.textContent = shown ? "Hide" : "Show";
    button.ariaLabel = `${button.textContent} the password`;
  };
  button.type = "button";
  button.className = "show";
  button.onclick = () => {
    show(field.type === "password");
    field.focus();
  };
  field.form.addEventListener("submit", () => show(false)); // so that the browser knows it for a password
  show(false);
  field.after(button);
}
