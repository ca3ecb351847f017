// The API page: Swagger UI on this server's own description, nothing from elsewhere.
// It would show the bytes of example files as if they were text; the links to them are enough.
const leaveFilesOut = (response) => {
  if (response.url.endsWith("/openapi.json")) {
    response.text = JSON.stringify(JSON.parse(response.text, (key, value) => (key === "externalValue" ? undefined : value)));
  }
  return response;
};
SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#api",
  deepLinking: false, // the fragment belongs to the problems below
  defaultModelsExpandDepth: -1,
  validatorUrl: null,
  responseInterceptor: leaveFilesOut,
});
// The problems move when the API above them is drawn: go to the one that was asked for once more.
const goToProblem = () => document.getElementById(location.hash.slice(1))?.scrollIntoView();
setTimeout(goToProblem, 500);
