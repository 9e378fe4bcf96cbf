// "/" goes to the search field, as its label says; everything else works without a script.
document.addEventListener("keydown", (event) => {
  const field = document.getElementById("q") || document.getElementById("url");
  const isTyping = event.target.matches("input, select, textarea, [contenteditable]");
  if (event.key === "/" && field && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    field.focus();
    field.select();
  }
});
