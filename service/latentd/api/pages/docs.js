// The API page: Swagger UI on this server's own description, nothing from elsewhere.
const KEPT = `latentd-key ${new URL(".", location.href).href}`; // as the explorer keeps it, for as long as the tab is open
const form = document.getElementById("key");

// It would show the bytes of example files as if they were text; the links to them are enough.
const leaveFilesOut = (response) => {
  if (response.url.endsWith("/openapi.json")) {
    response.text = JSON.stringify(JSON.parse(response.text, (key, value) => (key === "externalValue" ? undefined : value)));
  }
  return response;
};
const authorization = () => {
  const key = sessionStorage.getItem(KEPT);
  return key ? { Authorization: `Bearer ${key}` } : {};
};
const sendKey = (request) => {
  if (new URL(request.url, location.href).origin === location.origin) {
    request.headers = { ...authorization(), ...request.headers };
  }
  return request;
};
const showApi = () =>
  SwaggerUIBundle({
    url: "openapi.json",
    dom_id: "#api",
    deepLinking: false, // the fragment belongs to the problems below
    defaultModelsExpandDepth: -1,
    validatorUrl: null,
    requestInterceptor: sendKey,
    responseInterceptor: leaveFilesOut,
  });

// Where the server asks for API keys, its description is told to those who have one.
const open = async () => {
  const answer = await fetch("openapi.json", { method: "HEAD", headers: authorization() }).catch(() => null);
  form.hidden = answer?.status !== 401 && answer?.status !== 403;
  if (form.hidden) showApi();
  else form.elements.key.focus();
};
form.addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem(KEPT, form.elements.key.value.trim());
  form.querySelector("[role=alert]").textContent = "";
  open().then(() => {
    if (!form.hidden) form.querySelector("[role=alert]").textContent = "This key is not known here, or gives no right to infer.";
  });
});
open();

// The problems move when the API above them is drawn: go to the one that was asked for once more.
const goToProblem = () => document.getElementById(location.hash.slice(1))?.scrollIntoView();
setTimeout(goToProblem, 500);
