// What another app may do with the element: listen to it, and ask it.
const explorer = document.querySelector("latent-explorer");
const said = document.getElementById("said");
explorer.addEventListener("latentchange", ({ detail }) => {
  said.value = `${detail.model}: ${[...detail.latent].map((value) => value.toFixed(2)).join(", ")}`;
});
