// The model that the server shows, by name.
const answer = await fetch("/api/space");
const space = await answer.json();
document.getElementById("page").textContent = answer.ok ? space.name : space.error;
